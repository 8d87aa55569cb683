using System.Reflection;
using Btec.Api.Features.Registration;
using Btec.Api.Features.Users;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Accounts;
using Btec.Data.Passwords;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Login;

/// <summary>Register and log in.</summary>
public static class AuthEndpoints
{
    public static IServiceCollection AddAuth(this IServiceCollection services)
    {
        services.AddPasswordOptions();
        services.AddSingleton<AuthMetrics>();
        services.AddOptionsWithValidateOnStart<HashingOptions, HashingOptionsValidator>().BindConfiguration(HashingOptions.SectionName);
        services.AddSingleton<HashingWorkers>();
        services.AddSingleton<PasswordHasher>();
        services.AddSingleton<PasswordRehash>();
        services.AddHostedService(provider => provider.GetRequiredService<PasswordRehash>());
        services.AddScoped<Reauthentication>();
        services.AddScoped<LoginService>();
        services.AddOptionsWithValidateOnStart<RegistrationOptions, RegistrationOptionsValidator>()
            .BindConfiguration(RegistrationOptions.SectionName);
        services.AddScoped<RegistrationService>();
        return services;
    }

    public static IEndpointRouteBuilder MapAuth(this IEndpointRouteBuilder endpoints)
    {
        var auth = endpoints.MapGroup("/api/auth").WithTags("Authentication");

        auth.MapPost("/register", RegisterAsync)
            .LimitRate<RegisterRequest>(RatePolicy.Register, request => EmailAddress.Normalize(request.Email))
            .WithName("Register")
            .WithSummary("Create an account")
            .WithDescription(
                "Answers with the new user and its Location, and mails a link that confirms the address. An address can be registered "
                + "once, whatever its case. With Registration:Mode verified the answer is 202 for every address, and the account is "
                + "made once the mailed link is confirmed.")
            .Accepts<RegisterRequest>("application/json")
            .Produces(StatusCodes.Status202Accepted)
            .ProducesErrors(
                AuthError.MalformedBody, AuthError.RegistrationClosed, AuthError.EmailTaken, AuthError.BodyTooLarge, AuthError.UnsupportedMediaType,
                AuthError.ValidationFailed, AuthError.RateLimited, AuthError.Unavailable, AuthError.Busy);

        auth.MapPost("/login", LoginAsync)
            .LimitRate<LoginRequest>(RatePolicy.Login, request => EmailAddress.Normalize(request.Username))
            .WithName("Login")
            .WithSummary("Log in and get an access token")
            .WithDescription(
                "The password form of OAuth 2.0 (RFC 6749 section 4.3): username is the e-mail address. An unknown address and "
                + "a wrong password are told apart neither by the answer nor by the time it takes.")
            .Accepts<LoginRequest>("application/x-www-form-urlencoded", "multipart/form-data")
            .ProducesErrors(
                AuthError.MalformedBody, AuthError.InvalidCredentials, AuthError.AccountInactive, AuthError.BodyTooLarge,
                AuthError.UnsupportedMediaType, AuthError.ValidationFailed, AuthError.RateLimited, AuthError.Unavailable, AuthError.Busy);

        return endpoints;
    }

    private static async Task<Results<Created<UserResponse>, StatusCodeHttpResult, ProblemResult>> RegisterAsync(
        RegisterRequest request, ClientInfo client, RegistrationService registrations, CancellationToken cancellationToken)
    {
        var registered = await registrations.RegisterAsync(
            request.Email, request.Password, request.FullName, client, cancellationToken);
        if (!registered.IsSuccess)
            return registered.Error.ToProblem();

        return registered.Value.User is { } user
            ? TypedResults.Created($"/api/users/{user.Id}", UserResponse.From(user))
            : TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<Results<Ok<TokenResponse>, ProblemResult>> LoginAsync(
        LoginRequest request, ClientInfo client, LoginService auth, CancellationToken cancellationToken)
    {
        var admitted = await auth.LoginAsync(request.Username, request.Password, client, cancellationToken);

        return admitted.IsSuccess ? TypedResults.Ok(TokenResponse.From(admitted.Value)) : admitted.Error.ToProblem();
    }
}

/// <summary>What it takes to register.</summary>
public sealed record RegisterRequest : IBindableFromHttpContext<RegisterRequest>
{
    /// <summary>An e-mail address of at most 254 characters, at most 64 of them before the @. Stored trimmed and in lower case.</summary>
    [ValidEmail]
    public required string Email { get; init; }

    /// <summary>From 8 characters to 72 bytes in UTF-8, of any script, taken as sent; none of the most common ones, and more than
    /// the e-mail address or the name.</summary>
    [ValidPassword(PasswordOwner.Described)]
    public required string Password { get; init; }

    /// <summary>A name of at most 255 characters, or null.</summary>
    [ValidFullName]
    public string? FullName { get; init; }

    public static ValueTask<RegisterRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<RegisterRequest>(context);
}

/// <summary>The form that OAuth 2.0 logs in with (RFC 6749 section 4.3.2).</summary>
public sealed record LoginRequest : IBindableFromHttpContext<LoginRequest>
{
    /// <summary>The only grant that the route offers.</summary>
    private const string PasswordGrant = "password";

    /// <summary>The e-mail address.</summary>
    public required string Username { get; init; }

    /// <summary>The password.</summary>
    public required string Password { get; init; }

    /// <summary>May be left out; if sent it is password.</summary>
    public string? GrantType { get; init; }

    /// <summary>Accepted and ignored.</summary>
    public string? Scope { get; init; }

    /// <summary>Accepted and ignored.</summary>
    public string? ClientId { get; init; }

    /// <summary>Accepted and ignored.</summary>
    public string? ClientSecret { get; init; }

    public static async ValueTask<LoginRequest?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (await FormBody.ReadAsync(context) is not { } fields)
            return null;

        var request = new LoginRequest
        {
            Username = fields.Require("username"),
            // An empty password is a wrong one.
            Password = fields.Require("password", mayBeEmpty: true),
            GrantType = fields.Expect("grant_type", PasswordGrant),
        };
        return fields.Errors.Count == 0 ? request : context.Refuse<LoginRequest>(AuthError.ValidationFailed, fields.Errors);
    }
}
