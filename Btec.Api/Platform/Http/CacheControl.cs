namespace Btec.Api.Platform.Http;

/// <summary>Answers under /api hold tokens and personal data: nobody on the way keeps them (RFC 9111 section 5.2.2.5).</summary>
public static class CacheControl
{
    public static IApplicationBuilder UseNoStore(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
            context.Response.Headers.CacheControl = "no-store";

        return next(context);
    });
}
