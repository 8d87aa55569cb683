using Btec.Api.Features.ExternalProviders;
using Btec.Api.Features.Login;
using Btec.Api.Features.SecondFactors;
using Btec.Api.Features.Sessions;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Btec.Data.Keys;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.OAuth;

/// <summary>The token endpoint of OAuth 2.0 (RFC 6749).</summary>
internal static class OAuthEndpoints
{
    /// <summary>The grant type that completes a login by a second factor.</summary>
    public const string MfaGrantType = "urn:btec:params:oauth:grant-type:mfa";

    public static IServiceCollection AddOAuth(this IServiceCollection services) => services
        .AddScoped<IssuedTokenService>()
        .AddScoped<CodeRedemptionService>();

    public static IEndpointRouteBuilder MapOAuth(this IEndpointRouteBuilder endpoints)
    {
        var tokens = endpoints.MapGroup("/api/auth").WithTags("Tokens");

        tokens.MapPost("/token", GrantAsync)
            .LimitRate<OAuthForm>(RatePolicy.Refresh, form => form.Fields.Find("refresh_token"))
            .LimitRateWhere<OAuthForm>(RatePolicy.Login, IsPasswordGrant, FindAccount)
            .LimitRateWhere<OAuthForm>(RatePolicy.Mfa, IsMfaGrant, form => form.Fields.Find("mfa_token"))
            .LimitRateWhere<OAuthForm>(RatePolicy.Login, form => form.Fields.Find("grant_type") == ExternalGrant.Type, _ => null)
            .WithName("Token")
            .WithSummary("Get tokens for a password, a second factor, a refresh token, an authorization code, a login at a provider or a client")
            .WithDescription(
                "grant_type=password takes username and password. grant_type=refresh_token takes refresh_token and returns the next "
                + "pair. Each refresh token can be used once; within Sessions:RefreshGrace (30 s by default) the last used one "
                + "returns the same successor again. Any other reuse ends the session. An account with a second factor gets 403 mfa_required "
                + "for its password, unless otp has the right code; then " + MfaGrantType + " takes the mfa_token with otp or "
                + "recovery_code. grant_type=authorization_code is for registered clients and takes client_id, code, redirect_uri and "
                + "code_verifier; a code can be used once, and a second use ends the session that came of the first. "
                + "grant_type=client_credentials gives a confidential client a token for itself, for 15 minutes, without a refresh token, "
                + "and takes scope and resource. Clients authenticate with Authorization: Basic, or with client_id and client_secret. "
                + ExternalGrant.Type + " takes the one-time code of a login at a provider with its code_verifier.")
            .Accepts<TokenRequest>(OAuthForm.MediaType)
            .ProducesOAuthErrors(
                AuthError.TokenRequestInvalid, AuthError.GrantTypeUnsupported,
                AuthError.InvalidCredentials, AuthError.AccountInactive,
                AuthError.RefreshTokenInvalid, AuthError.RefreshTokenExpired, AuthError.RefreshTokenReused,
                AuthError.SessionEnded, AuthError.MfaRequired, AuthError.CodeWrong, AuthError.MfaTokenInvalid,
                AuthError.ClientInvalid, AuthError.GrantTypeNotAllowed, AuthError.AuthorizationCodeInvalid,
                AuthError.AuthorizationCodeExpired, AuthError.AuthorizationCodeReused, AuthError.ScopeInvalid,
                AuthError.ResourceInvalid, AuthError.ExternalCodeInvalid, AuthError.LinkRequired, AuthError.RegistrationClosed,
                AuthError.EmailRequired, AuthError.EmailTaken);

        return endpoints;
    }

    private static bool IsPasswordGrant(OAuthForm form) => form.Fields.Find("grant_type") == "password";

    private static bool IsMfaGrant(OAuthForm form) => form.Fields.Find("grant_type") == MfaGrantType;

    private static string? FindAccount(OAuthForm form) =>
        form.Fields.Find("username") is { } username ? EmailAddress.Normalize(username) : null;

    private static async Task<Results<Ok<OAuthTokenResponse>, OAuthProblemResult, ProblemResult>> GrantAsync(
        OAuthForm form,
        ClientInfo client,
        LoginService login,
        PendingLoginService pendingLogins,
        RefreshService refresh,
        ClientAuthentication clients,
        HttpContext http,
        CodeRedemptionService codes,
        SessionService sessions,
        CancellationToken cancellationToken) => form.Fields.Find("grant_type") switch
        {
            "password" => await GrantPasswordAsync(form, client, login, sessions, cancellationToken),
            MfaGrantType => await GrantMfaAsync(form, client, pendingLogins, sessions, cancellationToken),
            "refresh_token" => await GrantRefreshAsync(form, client, http, refresh, cancellationToken),
            GrantTypes.ClientCredentials => await GrantClientAsync(form, clients, http, cancellationToken),
            ExternalGrant.Type => await GrantExternalAsync(form, client, http, sessions, cancellationToken),
            GrantTypes.AuthorizationCode => await GrantCodeAsync(form, client, clients, http, codes, cancellationToken),
            null => new OAuthProblemResult(AuthError.TokenRequestInvalid),
            _ => new OAuthProblemResult(AuthError.GrantTypeUnsupported),
        };

    private static async Task<Results<Ok<OAuthTokenResponse>, OAuthProblemResult, ProblemResult>> GrantPasswordAsync(
        OAuthForm form, ClientInfo client, LoginService login, SessionService sessions, CancellationToken cancellationToken)
    {
        var (username, password) = (form.Fields.Require("username"), form.Fields.Require("password", mayBeEmpty: true));
        return form.Fields.Errors.Count > 0
            ? new OAuthProblemResult(AuthError.TokenRequestInvalid)
            : Answer(await login.LoginAsync(username, new Secret(password), form.FindSecret("otp"), sessions, client, cancellationToken));
    }

    private static async Task<Results<Ok<OAuthTokenResponse>, OAuthProblemResult, ProblemResult>> GrantMfaAsync(
        OAuthForm form, ClientInfo client, PendingLoginService pendingLogins, SessionService sessions, CancellationToken cancellationToken)
    {
        var proof = SecondFactorProof.Find(form.FindSecret("otp"), form.FindSecret("recovery_code"));
        return form.FindSecret("mfa_token") is not { } token || proof is null
            ? new OAuthProblemResult(AuthError.TokenRequestInvalid)
            : Answer(await pendingLogins.CompleteAsync(token, proof, sessions, client, cancellationToken));
    }

    private static async Task<Results<Ok<OAuthTokenResponse>, OAuthProblemResult, ProblemResult>> GrantRefreshAsync(
        OAuthForm form, ClientInfo client, HttpContext http, RefreshService refresh, CancellationToken cancellationToken)
    {
        var token = form.Fields.Require("refresh_token");
        if (form.Fields.Errors.Count > 0)
            return new OAuthProblemResult(AuthError.TokenRequestInvalid);

        var request = new RefreshAttempt(token, form.ReadClient(http), form.Fields.Find("scope"), form.FindResource());
        var refreshed = await refresh.RefreshAsync(request, client, cancellationToken);
        return refreshed.IsSuccess ? TypedResults.Ok(OAuthTokenResponse.From(refreshed.Value)) : new OAuthProblemResult(refreshed.Error);
    }

    private static async Task<Results<Ok<OAuthTokenResponse>, OAuthProblemResult, ProblemResult>> GrantCodeAsync(
        OAuthForm form,
        ClientInfo origin,
        ClientAuthentication clients,
        HttpContext http,
        CodeRedemptionService codes,
        CancellationToken cancellationToken)
    {
        var authenticated = await clients.AuthenticateAsync(form.ReadClient(http), cancellationToken);
        if (authenticated is not ClientAuthenticationResult.Known { Client: var client })
            return authenticated.ToOAuthProblem();

        var granted = await CodeGrant.GrantAsync(form, client, origin, codes, cancellationToken);
        return granted.IsSuccess ? TypedResults.Ok(OAuthTokenResponse.From(granted.Value)) : new OAuthProblemResult(granted.Error);
    }

    private static async Task<Results<Ok<OAuthTokenResponse>, OAuthProblemResult, ProblemResult>> GrantClientAsync(
        OAuthForm form, ClientAuthentication clients, HttpContext http, CancellationToken cancellationToken)
    {
        var authenticated = await clients.AuthenticateAsync(form.ReadClient(http), cancellationToken);
        if (authenticated is not ClientAuthenticationResult.Known { Client: var client })
            return authenticated.ToOAuthProblem();

        var services = http.RequestServices;
        var granted = await ClientCredentialsGrant.GrantAsync(
            form, client, services.GetRequiredService<ScopeRules>(), services.GetRequiredService<AccessTokenIssuer>(), cancellationToken);
        return granted.IsSuccess ? TypedResults.Ok(OAuthTokenResponse.From(granted.Value)) : new OAuthProblemResult(granted.Error);
    }

    private static async Task<Results<Ok<OAuthTokenResponse>, OAuthProblemResult, ProblemResult>> GrantExternalAsync(
        OAuthForm form, ClientInfo client, HttpContext http, SessionService sessions, CancellationToken cancellationToken)
    {
        var logins = http.RequestServices.GetRequiredService<ExternalLoginService>();
        return await ExternalGrant.GrantAsync(form, client, logins, sessions, cancellationToken) switch
        {
            ExternalLoginResult<TokenPair>.Decided decided => Answer(decided.Result),
            ExternalLoginResult<TokenPair>.LinkRequired link => new OAuthProblemResult(
                AuthError.LinkRequired, problem => problem with { LinkToken = link.Token, ExpiresIn = link.ExpiresIn }),
            _ => new OAuthProblemResult(AuthError.TokenRequestInvalid),
        };
    }

    private static Results<Ok<OAuthTokenResponse>, OAuthProblemResult, ProblemResult> Answer(LoginResult<TokenPair> result) =>
        result.Match<Results<Ok<OAuthTokenResponse>, OAuthProblemResult, ProblemResult>>(
            tokens => TypedResults.Ok(OAuthTokenResponse.From(tokens)),
            error => new OAuthProblemResult(error),
            login => new OAuthProblemResult(
                AuthError.MfaRequired,
                problem => problem with { MfaToken = login.Token, Methods = login.Methods, ExpiresIn = login.ExpiresIn }),
            lease => SecondFactorThrottle.Refuse(lease));
}
