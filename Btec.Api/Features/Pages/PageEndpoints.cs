using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Btec.Api.Features.Pages;

/// <summary>The pages for people, and what they consist of.</summary>
internal static class PageEndpoints
{
    /// <summary>The path under which styles, scripts and images are published.</summary>
    public const string AssetFolder = "/assets";

    private const string Admin = "admin/";
    private const string Index = "index";
    private const string HtmlExtension = ".html";
    private const string HtmlType = "text/html; charset=utf-8";

    /// <summary>The <c>Cache-Control</c> of what never changes under its name (RFC 8246).</summary>
    private const string Immutable = "public, max-age=31536000, immutable";

    /// <summary>The <c>Cache-Control</c> of pages: caches keep them, but ask each time whether they are still the same.</summary>
    private const string NoCache = "no-cache";

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddSingleton<PageFiles>();
        services.AddSingleton<PageCatalogue>();
        services.AddSingleton<AccentStyle>();
        services.AddSingleton<PageAssets>();
        services.AddSingleton<PageSettings>();
        services.AddSingleton<PageRenderer>();
        return services;
    }

    public static WebApplication MapPages(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = app.Services.GetRequiredService<IOptions<PagesOptions>>().Value;
        if (!options.Enabled)
            return app;

        var pages = app.MapGroup("").ExcludeFromDescription().WithSecurityHeadersPolicy(SecurityHeaders.PeoplePolicy);
        app.MapGet($"{AssetFolder}/{{**name}}", GetAsset).ExcludeFromDescription().WithSecurityHeadersPolicy(SecurityHeaders.AssetPolicy);
        foreach (var file in FindPages(app.Services.GetRequiredService<PageFiles>(), options))
            pages.MapGet(PathOf(file), (HttpContext context, PageRenderer renderer, PageCatalogue catalog) => GetPage(context, file, renderer, catalog));

        return app;
    }

    /// <summary>Returns the files of the pages. One whose name begins with an underscore is a part of others.</summary>
    internal static IEnumerable<string> FindPages(PageFiles files, PagesOptions options) => files.Names
        .Where(name => name.EndsWith(HtmlExtension, StringComparison.Ordinal) && !Path.GetFileName(name).StartsWith('_'))
        .Where(name => options.AdminEnabled || !name.StartsWith(Admin, StringComparison.Ordinal));

    /// <summary>Returns the path of a page: only its file name, whatever its area.</summary>
    internal static string PathOf(string file) => Path.GetFileNameWithoutExtension(file) is var name and not Index ? $"/{name}" : "/";

    private static FileContentHttpResult GetPage(HttpContext context, string file, PageRenderer renderer, PageCatalogue catalog)
    {
        var language = PageLanguage.Choose(context.Request, catalog.Languages);
        context.Response.Headers.CacheControl = NoCache;
        context.Response.Headers.ContentLanguage = language;
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptLanguage);
        return Answer(context, renderer.Render(file, language, context.Request.PathBase), HtmlType);
    }

    private static IResult GetAsset(HttpContext context, string? name, PageAssets assets)
    {
        if (name is null || assets.Find(name) is not { } asset)
            return AuthError.NotFound.ToProblem();

        context.Response.Headers.CacheControl = Immutable;
        return Answer(context, asset.Body, asset.ContentType);
    }

    private static FileContentHttpResult Answer(HttpContext context, PageBody body, string contentType)
    {
        var encoding = ChooseEncoding(context.Request);
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (encoding is not null)
            context.Response.Headers.ContentEncoding = encoding;

        return TypedResults.Bytes(body.Get(encoding), contentType, entityTag: body.GetTag(encoding));
    }

    /// <summary>Returns the encoding that the client accepts and that makes the answer smallest (RFC 9110 section 12.5.3).</summary>
    private static string? ChooseEncoding(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding.Where(coding => coding.Quality is not 0).Select(coding => coding.Value.Value).ToList();
        return new[] { PageBody.Brotli, PageBody.Gzip }.FirstOrDefault(coding => accepted.Contains(coding, StringComparer.OrdinalIgnoreCase));
    }
}
