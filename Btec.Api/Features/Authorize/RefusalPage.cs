using Btec.Api.Features.Pages;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Btec.Api.Features.Authorize;

/// <summary>The answer to a request that must not be redirected to its client: a page for people, and a problem for programs.</summary>
/// <param name="error">The error.</param>
/// <param name="file">The page.</param>
internal sealed class RefusalPage(AuthError error, string file = RefusalPage.Refused) : IResult
{
    /// <summary>The page of a request whose client cannot be told.</summary>
    public const string Refused = "public/_refused.html";

    /// <summary>The page of a sign-in that has expired.</summary>
    public const string Expired = "public/_expired.html";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var services = httpContext.RequestServices;
        if (!services.GetRequiredService<IOptions<PagesOptions>>().Value.Enabled || !WantsPage(httpContext.Request))
            return error.ToProblem().ExecuteAsync(httpContext);

        var language = PageLanguage.Choose(httpContext.Request, services.GetRequiredService<PageCatalogue>().Languages);
        var response = httpContext.Response;
        response.StatusCode = ProblemStatus.Of(error);
        response.Headers.ContentLanguage = language;
        response.Headers.Append(HeaderNames.Vary, $"{HeaderNames.Accept}, {HeaderNames.AcceptLanguage}");
        response.ContentType = "text/html; charset=utf-8";
        var page = services.GetRequiredService<PageRenderer>().Render(file, language, httpContext.Request.PathBase);
        return response.Body.WriteAsync(page.Get(encoding: null), httpContext.RequestAborted).AsTask();
    }

    /// <summary>Returns whether the client is a browser that shows a page, by its <c>Accept</c> header (RFC 9110 section 12.5.1).</summary>
    private static bool WantsPage(HttpRequest request) => request.GetTypedHeaders().Accept.Any(type =>
        type.Quality is not 0 && type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));
}
