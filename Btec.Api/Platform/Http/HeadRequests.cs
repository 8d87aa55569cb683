using Microsoft.AspNetCore.Http.Features;

namespace Btec.Api.Platform.Http;

/// <summary>The answers to <c>HEAD</c>, which every resource that has <c>GET</c> supports (RFC 9110 section 9.1).</summary>
internal static class HeadRequests
{
    /// <summary>Runs <c>HEAD</c> as <c>GET</c> and drops the body. Kestrel drops it too, but over HTTP/2 not one that was begun
    /// before the headers: the client would see a protocol error.</summary>
    public static IApplicationBuilder UseHead(this IApplicationBuilder app) => app.Use((context, next) =>
        HttpMethods.IsHead(context.Request.Method) ? RunAsGetAsync(context, next) : next(context));

    private static async Task RunAsGetAsync(HttpContext context, RequestDelegate next)
    {
        var method = context.Request.Method;
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var dropped = new StreamResponseBodyFeature(Stream.Null);
        context.Request.Method = HttpMethods.Get;
        context.Features.Set<IHttpResponseBodyFeature>(dropped);
        try
        {
            await next(context);
            await dropped.CompleteAsync();
        }
        finally
        {
            context.Features.Set(body);
            // Metrics and logs name the method that was sent.
            context.Request.Method = method;
        }
    }
}
