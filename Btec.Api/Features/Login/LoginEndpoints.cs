using Btec.Api.Features.Sessions;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Login;

/// <summary>The routes that exchange a password, and then a second factor, for tokens.</summary>
internal static class LoginEndpoints
{
    public static IServiceCollection AddLogin(this IServiceCollection services)
    {
        services.AddScoped<LoginThrottle>();
        services.AddScoped<SecondFactorLogin>();
        services.AddScoped<PendingLoginService>();
        services.AddScoped<LoginService>();
        return services;
    }

    public static IEndpointRouteBuilder MapLogin(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/auth/login", LoginAsync)
            .WithTags("Authentication")
            .LimitRate<LoginRequest>(RatePolicy.Login, request => EmailAddress.Normalize(request.Username))
            .WithName("Login")
            .WithSummary("Log in and get an access token")
            .WithDescription(
                "Takes the password form of OAuth 2.0 (RFC 6749 section 4.3): username is the e-mail address. An unknown address "
                + "and a wrong password get the same answer after the same time. An account with a second factor gets 403 mfa_required with "
                + "an mfa_token for /api/auth/mfa, unless the form has the field otp with the right code.")
            .Accepts<LoginRequest>("application/x-www-form-urlencoded", "multipart/form-data")
            .ProducesErrors(AuthError.InvalidCredentials, AuthError.AccountInactive, AuthError.MfaRequired, AuthError.CodeWrong);

        endpoints.MapPost("/api/auth/mfa", CompleteAsync)
            .WithTags("Authentication")
            .LimitRate<MfaRequest>(RatePolicy.Mfa, request => request.MfaToken.Reveal())
            .WithName("CompleteLogin")
            .WithSummary("Complete a login by a second factor")
            .WithDescription(
                "Takes the mfa_token of a login that was answered mfa_required, with exactly one of code, recovery_code, and challenge_id with credential. The token "
                + "works once, for 5 minutes and 5 codes.")
            .Accepts<MfaRequest>("application/json")
            .ProducesErrors(AuthError.MfaTokenInvalid, AuthError.CodeWrong, AuthError.PasskeyInvalid, AuthError.AccountInactive);

        return endpoints;
    }

    private static async Task<Results<Ok<TokenResponse>, ProblemResult>> LoginAsync(
        LoginRequest request, ClientInfo client, LoginService login, SessionService sessions, CancellationToken cancellationToken)
    {
        var result = await login.LoginAsync(request.Username, request.Password, request.Otp, sessions, client, cancellationToken);
        return Answer(result);
    }

    private static async Task<Results<Ok<TokenResponse>, ProblemResult>> CompleteAsync(
        MfaRequest request, ClientInfo client, PendingLoginService logins, SessionService sessions, CancellationToken cancellationToken)
    {
        var result = await logins.CompleteAsync(request.MfaToken, request.FindProof()!, sessions, client, cancellationToken);
        return Answer(result);
    }

    private static Results<Ok<TokenResponse>, ProblemResult> Answer(LoginResult<TokenPair> result) =>
        result.Match<Results<Ok<TokenResponse>, ProblemResult>>(
            tokens => TypedResults.Ok(TokenResponse.From(tokens)),
            error => error.ToProblem(),
            login => new ProblemResult(
                AuthError.MfaRequired,
                extend: problem => problem with { MfaToken = login.Token, Methods = login.Methods, ExpiresIn = login.ExpiresIn }),
            lease => SecondFactorThrottle.Refuse(lease));
}
