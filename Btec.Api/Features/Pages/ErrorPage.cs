using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Btec.Api.Features.Pages;

/// <summary>The page that says what is wrong with a request of a browser that leads nowhere.</summary>
internal sealed class ErrorPage(IOptions<PagesOptions> options, PageRenderer renderer, PageCatalogue catalogue)
{
    private const string File = "public/_error.html";
    private const string HtmlType = "text/html";

    /// <summary>Writes an error as a page if pages are served and the client prefers HTML, which programs do not ask for. The route needs
    /// <see cref="SecurityHeaders.PeoplePolicy"/>, or the page has no styles.</summary>
    /// <returns>Whether the page was written. If not, the caller writes the problem.</returns>
    public async Task<bool> TryWriteAsync(HttpContext context, AuthError error, int status)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(error);
        if (!options.Value.Enabled || !WantsHtml(context.Request))
            return false;

        var language = PageLanguage.Choose(context.Request, catalogue.Languages);
        var html = renderer.Write(File, language, context.Request.PathBase, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["error.detail"] = catalogue.Find(language, $"problem.{error.Code}") ?? $"{error.Title} {error.Detail}",
        });
        context.Response.StatusCode = status;
        context.Response.ContentType = $"{HtmlType}; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentLanguage = language;
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptLanguage);
        await context.Response.WriteAsync(html, context.RequestAborted);
        return true;
    }

    private static bool WantsHtml(HttpRequest request) => request.GetTypedHeaders().Accept
        .Any(range => range.Quality is not 0 && range.MediaType.Equals(HtmlType, StringComparison.OrdinalIgnoreCase));
}
