using System.Diagnostics;
using Btec.Api.Features.BrowserSessions;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace Btec.Api.Features.Authorize;

/// <summary>The endpoint at which clients sign a browser out (OpenID Connect RP-Initiated Logout 1.0).</summary>
internal static class LogoutEndpoints
{
    private const string Path = "/oauth/logout";

    private const string Description =
        "Opened in the browser by a client. With an id_token_hint of the user who is signed in, which may have expired, the browser is "
        + "signed out and redirected to post_logout_redirect_uri, one of those of the client, with state. Otherwise the page /sign-out "
        + "asks the user.";

    public static IEndpointRouteBuilder MapClientLogout(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, LogoutAsync)
            .WithSecurityHeadersPolicy(SecurityHeaders.PeoplePolicy)
            .WithTags("Browsers")
            .LimitAddress(RatePolicy.Authorize)
            .WithName("ClientLogout")
            .WithSummary("Sign a browser out on behalf of a client")
            .WithDescription(Description)
            .WithMetadata([.. LogoutForm.Names.Select(name => new QueryParameter(
                name, JsonSchemaType.String, "See OpenID Connect RP-Initiated Logout 1.0 section 2.", IsOfClient: true))])
            .Produces(StatusCodes.Status302Found)
            .ProducesErrors(AuthError.ClientUnknown, AuthError.RedirectUriInvalid, AuthError.Unavailable);

        endpoints.MapPost(Path, Redirect)
            .WithTags("Browsers")
            .LimitAddress(RatePolicy.Authorize)
            .WithName("ClientLogoutByForm")
            .WithSummary("Sign a browser out on behalf of a client, with the parameters in a form")
            .WithDescription(
                "Redirects to the same with the parameters in the query: from other sites, browsers send the cookie only with links.")
            .Accepts<LogoutRequest>("application/x-www-form-urlencoded")
            .Produces(StatusCodes.Status302Found)
            .ProducesErrors(AuthError.MalformedBody)
            .ProducesOAuthErrors();

        return endpoints;
    }

    private static async Task<IResult> LogoutAsync(
        LogoutForm form,
        BrowserCookie cookie,
        ClientInfo client,
        BrowserSessionReader browsers,
        ClientLogoutService logouts,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var browser = await browsers.FindAsync(cookie, cancellationToken);
        var root = context.FindPublicUrl(out _);
        switch (await logouts.LogoutAsync(form, browser, root, client, cancellationToken))
        {
            case LogoutOutcome.Refused refused:
                return new RefusalPage(refused.Error);
            case LogoutOutcome.Asked:
                // The page signs the browser out and comes back with the same query, so that it need not judge the redirect URI.
                return TypedResults.Redirect($"{root}/sign-out{form.ToQuery()}");
            case LogoutOutcome.Done done:
                BrowserCookie.Remove(context);
                return TypedResults.Redirect(done.RedirectUri ?? $"{root}/sign-out");
            default:
                throw new UnreachableException();
        }
    }

    private static RedirectHttpResult Redirect(LogoutForm form, HttpContext context) =>
        TypedResults.Redirect($"{context.FindPublicUrl(out _)}{Path}{form.ToQuery()}");
}
