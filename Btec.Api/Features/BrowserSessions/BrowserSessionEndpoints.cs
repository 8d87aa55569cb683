using Btec.Api.Features.Sessions;
using Btec.Api.Features.Users;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.BrowserSessions;

/// <summary>The routes that sign a browser in and out. Its session is named by a cookie, which the API itself does not read.</summary>
internal static class BrowserSessionEndpoints
{
    public static IServiceCollection AddBrowserSessions(this IServiceCollection services)
    {
        services.AddScoped<BrowserSessionReader>();
        services.AddScoped<BrowserSessionService>();
        services.AddScoped<BrowserSignIn>();
        return services;
    }

    public static IEndpointRouteBuilder MapBrowserSessions(this IEndpointRouteBuilder endpoints)
    {
        var session = endpoints.MapGroup("/oauth/session").WithTags("Browsers");

        session.MapPost("", SignInAsync)
            .RequireSameOrigin()
            .LimitAddress(RatePolicy.Write)
            .LimitRateWhere<SignInRequest>(RatePolicy.Login, request => request.Email is not null, request => request.Account)
            .LimitRateWhere<SignInRequest>(RatePolicy.Mfa, request => request.MfaToken is not null, request => request.MfaToken?.Reveal())
            .LimitRateWhere<SignInRequest>(
                RatePolicy.Passkey, request => request.FindStep() is SignInStep.ByPasskey, _ => null)
            .LimitRateWhere<SignInRequest>(RatePolicy.Login, request => request.ExternalCode is not null, _ => null)
            .WithName("SignIn")
            .WithSummary("Sign a browser in")
            .WithDescription(
                "For pages of this server: takes email and password, then, after 403 mfa_required, mfa_token with code, recovery_code, or "
                + "challenge_id and credential; or challenge_id and credential alone; or external_code with code_verifier. "
                + "The answer sets the cookie __Host-btec. Whoever is signed in already proves anew who they are; another user's session in this browser ends.")
            .Accepts<SignInRequest>("application/json")
            .ProducesErrors(
                AuthError.InvalidCredentials, AuthError.AccountInactive, AuthError.MfaRequired, AuthError.MfaTokenInvalid,
                AuthError.CodeWrong, AuthError.PasskeyInvalid, AuthError.ExternalCodeInvalid, AuthError.LinkRequired,
                AuthError.RegistrationClosed, AuthError.EmailRequired, AuthError.EmailTaken);

        session.MapGet("", GetAsync)
            .WithName("GetBrowserSession")
            .WithSummary("Get the user who is signed in in this browser")
            .ProducesErrors(AuthError.NotSignedIn, AuthError.Unavailable);

        session.MapDelete("", SignOutAsync)
            .RequireSameOrigin()
            .LimitAddress(RatePolicy.Write)
            .WithName("SignOut")
            .WithSummary("Sign this browser out")
            .WithDescription(
                "The sessions that clients got from the browser's one end with it, unless the user granted them offline_access. A browser "
                + "that is not signed in gets 204 too.")
            .ProducesErrors(AuthError.Unavailable);

        return endpoints;
    }

    private static async Task<Results<NoContent, ProblemResult>> SignInAsync(
        SignInRequest request,
        BrowserCookie cookie,
        ClientInfo client,
        BrowserSignIn browser,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var (session, refusal) = await browser.SignInAsync(request.FindStep()!, cookie, client, cancellationToken);
        if (session is null)
            return refusal!;

        BrowserCookie.Set(context, session);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<UserResponse>, ProblemResult>> GetAsync(
        BrowserCookie cookie, BrowserSessionReader browsers, CancellationToken cancellationToken) =>
        await browsers.FindAsync(cookie, cancellationToken) is { } caller
            ? TypedResults.Ok(UserResponse.From(caller.User))
            : AuthError.NotSignedIn.ToProblem();

    private static async Task<NoContent> SignOutAsync(
        BrowserCookie cookie,
        ClientInfo client,
        BrowserSessionReader browsers,
        SessionService sessions,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        if (await browsers.FindAsync(cookie, cancellationToken) is { } caller)
            await sessions.LogoutAsync(caller.User.Id, caller.SessionId, LogoutScope.Local, client, cancellationToken);

        BrowserCookie.Remove(context);
        return TypedResults.NoContent();
    }
}
