using Btec.Api.Features.Sessions;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Passkeys;

/// <summary>The routes that exchange a passkey for tokens.</summary>
internal static class PasskeyLoginEndpoints
{
    public static IEndpointRouteBuilder MapPasskeyLogin(this IEndpointRouteBuilder endpoints)
    {
        var login = endpoints.MapGroup("/api/auth/passkeys").WithTags("Authentication");

        login.MapPost("/options", StartAsync)
            .RequirePasskeys()
            .LimitAddress(RatePolicy.Passkey)
            .WithName("StartPasskeyLogin")
            .WithSummary("Get a challenge for a passkey")
            .WithDescription(
                "Pass options to PublicKeyCredential.parseRequestOptionsFromJSON() and the result to navigator.credentials.get(). The "
                + "options are the same for everybody and name no account. The challenge works once, for expires_in seconds: here, as "
                + "a second factor, or for step-up authentication.")
            .ProducesErrors(AuthError.NotFound, AuthError.Unavailable);

        login.MapPost("", LoginAsync)
            .RequirePasskeys()
            .LimitAddress(RatePolicy.Passkey)
            .WithName("LoginWithPasskey")
            .WithSummary("Log in with a passkey")
            .WithDescription(
                "A passkey with user verification counts as two factors, so no second one is asked for. Every fault is answered alike; "
                + "unknown_credential is true only if no such passkey is registered, so that the client can forget it.")
            .Accepts<UsePasskeyRequest>("application/json")
            .ProducesErrors(AuthError.NotFound, AuthError.PasskeyInvalid, AuthError.AccountInactive);

        return endpoints;
    }

    private static async Task<Ok<PasskeyOptionsResponse>> StartAsync(PasskeyAssertions assertions, CancellationToken cancellationToken) =>
        TypedResults.Ok(PasskeyOptionsResponse.From(await assertions.StartAsync(cancellationToken)));

    private static async Task<Results<Ok<TokenResponse>, ProblemResult>> LoginAsync(
        UsePasskeyRequest request,
        ClientInfo client,
        PasskeyLoginService login,
        SessionService sessions,
        CancellationToken cancellationToken) =>
        await login.LoginAsync(request.ChallengeId, request.Credential, sessions, client, cancellationToken) switch
        {
            PasskeyLoginResult<TokenPair>.Succeeded succeeded => TypedResults.Ok(TokenResponse.From(succeeded.Session)),
            PasskeyLoginResult<TokenPair>.AccountInactive => AuthError.AccountInactive.ToProblem(),
            PasskeyLoginResult<TokenPair>.Invalid { IsUnknown: true } => PasskeyProblem.Unknown,
            _ => AuthError.PasskeyInvalid.ToProblem(),
        };
}
