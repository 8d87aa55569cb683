namespace Btec.Api.Platform.Http;

/// <summary>The <c>Cache-Control</c> header of responses.</summary>
internal static class CacheControl
{
    /// <summary>Forbids caches to store responses under /api and /oauth, which contain tokens, codes and personal data (RFC 9111 section
    /// 5.2.2.5).</summary>
    public static IApplicationBuilder UseNoStore(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            || context.Request.Path.StartsWithSegments("/oauth", StringComparison.OrdinalIgnoreCase))
            context.Response.Headers.CacheControl = "no-store";

        // Token responses say so to caches of HTTP/1.0 too (RFC 6749 section 5.1).
        if (context.Request.Path.StartsWithSegments("/api/auth", StringComparison.OrdinalIgnoreCase))
            context.Response.Headers.Pragma = "no-cache";

        return next(context);
    });
}
