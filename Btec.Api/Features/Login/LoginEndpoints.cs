using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Login;

/// <summary>The route that exchanges a password for tokens.</summary>
internal static class LoginEndpoints
{
    public static IServiceCollection AddLogin(this IServiceCollection services)
    {
        services.AddScoped<LoginThrottle>();
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
                + "and a wrong password get the same answer after the same time.")
            .Accepts<LoginRequest>("application/x-www-form-urlencoded", "multipart/form-data")
            .ProducesErrors(AuthError.InvalidCredentials, AuthError.AccountInactive);

        return endpoints;
    }

    private static async Task<Results<Ok<TokenResponse>, ProblemResult>> LoginAsync(
        LoginRequest request, ClientInfo client, LoginService login, CancellationToken cancellationToken)
    {
        var result = await login.LoginAsync(request.Username, request.Password, client, cancellationToken);
        return result.Match<Results<Ok<TokenResponse>, ProblemResult>>(
            tokens => TypedResults.Ok(TokenResponse.From(tokens)),
            () => AuthError.InvalidCredentials.ToProblem(),
            () => AuthError.AccountInactive.ToProblem());
    }
}
