using Btec.Api.Platform.Errors;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>The protection of routes that act on a cookie against cross-site request forgery: the browser must say that the request comes
/// from a page of this server.</summary>
/// <remarks>Other pages cannot set <c>Sec-Fetch-Site</c> or <c>Origin</c> (Fetch standard, section "Forbidden request-header"), and every
/// browser sends <c>Origin</c> with requests that change something. <c>SameSite=Lax</c> alone does not suffice: another port of the host is
/// the same site.</remarks>
internal static class SameOrigin
{
    private const string FetchSite = "Sec-Fetch-Site";

    /// <summary>Refuses requests to a route that come from other sites, before they are counted as attempts on an account.</summary>
    public static RouteHandlerBuilder RequireSameOrigin(this RouteHandlerBuilder builder) => builder
        .WithMetadata(SameOriginMetadata.Instance)
        .AddEndpointFilter((context, next) => IsFromOwnPage(context.HttpContext)
            ? next(context)
            : ValueTask.FromResult<object?>(AuthError.CrossSiteRequest.ToProblem()));

    private static bool IsFromOwnPage(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers[FetchSite] is { Count: > 0 } site)
            return site is ["same-origin"];

        return headers.Origin is [{ } origin]
            && WebOrigin.Find(origin) is { } sender
            && ListOwn(context).Contains(sender, StringComparer.Ordinal);
    }

    /// <summary>Returns the origin of <c>PublicUrl</c> and the one at which the request has arrived: behind another name, no page of this
    /// server has the cookie.</summary>
    private static IEnumerable<string?> ListOwn(HttpContext context)
    {
        yield return WebOrigin.Find($"{context.Request.Scheme}://{context.Request.Host}");
        if (context.RequestServices.GetRequiredService<IOptions<PublicAddressOptions>>().Value.PublicUrl is { } url)
            yield return WebOrigin.Find(new Uri(url).GetLeftPart(UriPartial.Authority));
    }
}

/// <summary>The mark of a route that takes only requests of its own pages.</summary>
internal sealed class SameOriginMetadata
{
    public static readonly SameOriginMetadata Instance = new();
}
