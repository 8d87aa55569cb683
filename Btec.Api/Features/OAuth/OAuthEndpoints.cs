using Btec.Api.Features.Login;
using Btec.Api.Features.Sessions;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.OAuth;

/// <summary>OAuth 2.0's own endpoints: tokens (RFC 6749), revocation (RFC 7009) and introspection (RFC 7662).</summary>
public static class OAuthEndpoints
{
    private const string Form = "application/x-www-form-urlencoded";

    public static IServiceCollection AddOAuth(this IServiceCollection services) => services.AddScoped<OAuthTokenService>();

    public static IEndpointRouteBuilder MapOAuth(this IEndpointRouteBuilder endpoints)
    {
        var tokens = endpoints.MapGroup("/api/auth").WithTags("Tokens");

        tokens.MapPost("/token", GrantAsync)
            .LimitRate<OAuthForm>(RatePolicy.Refresh, form => form.Fields.Find("refresh_token"))
            .LimitRateWhere<OAuthForm>(RatePolicy.Login, IsPasswordGrant, FindAccount)
            .WithName("Token")
            .WithSummary("Get tokens by password, or exchange a refresh token")
            .WithDescription(
                "grant_type=password takes username and password; grant_type=refresh_token takes refresh_token, gives the next "
                + "pair, and ends the session if the token was used before (other than the last one, within 30 s).")
            .Accepts<TokenRequest>(Form)
            .ProducesOAuthErrors(
                AuthError.TokenRequestInvalid, AuthError.GrantTypeUnsupported, AuthError.GrantInvalidCredentials,
                AuthError.GrantAccountInactive, AuthError.RefreshTokenInvalid, AuthError.RefreshTokenExpired,
                AuthError.RefreshTokenReused, AuthError.SessionEnded)
            .ProducesErrors(
                AuthError.BodyTooLarge, AuthError.UnsupportedMediaType, AuthError.RateLimited, AuthError.Unavailable, AuthError.Busy);

        tokens.MapPost("/revoke", RevokeAsync)
            .WithName("Revoke")
            .WithSummary("End the session that a token belongs to")
            .WithDescription("RFC 7009. Takes an access or a refresh token, and answers 200 for unknown ones too.")
            .Accepts<TokenReference>(Form)
            .Produces(StatusCodes.Status200OK)
            .ProducesOAuthErrors(AuthError.TokenRequestInvalid)
            .ProducesErrors(AuthError.BodyTooLarge, AuthError.UnsupportedMediaType, AuthError.Unavailable);

        tokens.MapPost("/introspect", IntrospectAsync)
            .RequireAuthorization(BearerAuthentication.SuperuserPolicy)
            .WithName("Introspect")
            .WithSummary("What a token says, and whether it is alive")
            .WithDescription("RFC 7662, for superusers.")
            .Accepts<TokenReference>(Form)
            .Produces<IntrospectionResponse>()
            .ProducesOAuthErrors(AuthError.TokenRequestInvalid)
            .ProducesErrors(
                AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.Forbidden, AuthError.BodyTooLarge,
                AuthError.UnsupportedMediaType, AuthError.Unavailable);

        return endpoints;
    }

    /// <summary>A password counts as it does at /login.</summary>
    private static bool IsPasswordGrant(OAuthForm form) => form.Fields.Find("grant_type") == "password";

    private static string? FindAccount(OAuthForm form) =>
        form.Fields.Find("username") is { } username ? EmailAddress.Normalize(username) : null;

    private static async Task<Results<Ok<TokenResponse>, OAuthProblemResult>> GrantAsync(
        OAuthForm form, ClientInfo client, LoginService auth, RefreshService refresh, HttpResponse response, CancellationToken cancellationToken)
    {
        // RFC 6749 section 5.1; Cache-Control is set for all of /api.
        response.Headers.Pragma = "no-cache";
        var granted = form.Fields.Find("grant_type") switch
        {
            "password" => await GrantPasswordAsync(form, client, auth, cancellationToken),
            "refresh_token" => await GrantRefreshAsync(form, client, refresh, cancellationToken),
            null => AuthError.TokenRequestInvalid,
            _ => AuthError.GrantTypeUnsupported,
        };
        return granted.IsSuccess ? TypedResults.Ok(TokenResponse.From(granted.Value)) : new OAuthProblemResult(granted.Error);
    }

    private static async Task<Result<TokenPair>> GrantPasswordAsync(
        OAuthForm form, ClientInfo client, LoginService auth, CancellationToken cancellationToken)
    {
        var (username, password) = (form.Fields.Require("username"), form.Fields.Require("password", mayBeEmpty: true));
        if (form.Fields.Errors.Count > 0)
            return AuthError.TokenRequestInvalid;

        var admitted = await auth.LoginAsync(username, password, client, cancellationToken);
        if (admitted.IsSuccess)
            return admitted;

        return admitted.Error == AuthError.AccountInactive ? AuthError.GrantAccountInactive : AuthError.GrantInvalidCredentials;
    }

    private static async Task<Result<TokenPair>> GrantRefreshAsync(
        OAuthForm form, ClientInfo client, RefreshService refresh, CancellationToken cancellationToken)
    {
        var token = form.Fields.Require("refresh_token");
        return form.Fields.Errors.Count > 0 ? AuthError.TokenRequestInvalid : await refresh.RefreshAsync(token, client, cancellationToken);
    }

    private static async Task<Results<Ok, OAuthProblemResult>> RevokeAsync(
        OAuthForm form, ClientInfo client, OAuthTokenService tokens, CancellationToken cancellationToken)
    {
        var token = form.Fields.Require("token");
        if (form.Fields.Errors.Count > 0)
            return new OAuthProblemResult(AuthError.TokenRequestInvalid);

        await tokens.RevokeAsync(token, client, cancellationToken);
        return TypedResults.Ok();
    }

    private static async Task<Results<Ok<IntrospectionResponse>, OAuthProblemResult>> IntrospectAsync(
        OAuthForm form, OAuthTokenService tokens, CancellationToken cancellationToken)
    {
        var token = form.Fields.Require("token");
        return form.Fields.Errors.Count > 0
            ? new OAuthProblemResult(AuthError.TokenRequestInvalid)
            : TypedResults.Ok(IntrospectionResponse.From(await tokens.IntrospectAsync(token, cancellationToken)));
    }
}

/// <summary>A request for tokens (RFC 6749 sections 4.3.2 and 6).</summary>
public sealed record TokenRequest
{
    /// <summary>password or refresh_token.</summary>
    public required string GrantType { get; init; }

    /// <summary>With grant_type=password: the e-mail address.</summary>
    public string? Username { get; init; }

    /// <summary>With grant_type=password: the password.</summary>
    public string? Password { get; init; }

    /// <summary>With grant_type=refresh_token: the token.</summary>
    public string? RefreshToken { get; init; }
}

/// <summary>The token that a request is about (RFC 7009 section 2.1, RFC 7662 section 2.1).</summary>
public sealed record TokenReference
{
    /// <summary>An access token or a refresh token.</summary>
    public required string Token { get; init; }

    /// <summary>Accepted and ignored: the two kinds cannot be confused.</summary>
    public string? TokenTypeHint { get; init; }
}
