using System.Globalization;
using System.Reflection;
using Btec.Api.Features.EmailVerification;
using Btec.Api.Features.Recovery;
using Btec.Api.Features.Users;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Jobs;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Me;

/// <summary>What callers do with their own account.</summary>
public static class AccountEndpoints
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddScoped<AccountService>();
        services.AddScoped<PasswordService>();
        services.AddScoped<RecoveryService>();
        services.AddScoped<EmailService>();
        services.AddScoped<ConfirmationService>();
        services.AddSingleton<OneTimeTokenCleanup>();
        services.AddHostedService(provider => provider.GetRequiredService<OneTimeTokenCleanup>());
        return services;
    }

    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder endpoints)
    {
        var account = endpoints.MapGroup("/api/users/me").WithTags("Account").RequireAuthorization();

        account.MapPatch("", UpdateAsync)
            .WithName("UpdateCurrentUser")
            .WithSummary("Change the caller's name")
            .WithDescription("A member that is left out stays as it is; full_name null clears it (RFC 7396).")
            .Accepts<UpdateAccountRequest>("application/json")
            .ProducesErrors(
                AuthError.MalformedBody, AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.BodyTooLarge,
                AuthError.UnsupportedMediaType, AuthError.ValidationFailed, AuthError.Unavailable);

        account.MapDelete("", DeleteAsync)
            .WithName("DeleteCurrentUser")
            .WithSummary("Delete the caller's account")
            .WithDescription("Takes the password. Everything of the user goes but the audit events. The last active superuser stays.")
            // A password can be guessed here as where it is changed: both count together.
            .LimitRate<CurrentUser>(RatePolicy.PasswordChange, caller => caller.User.Id.ToString(CultureInfo.InvariantCulture))
            .Accepts<DeleteAccountRequest>("application/json")
            .ProducesErrors(
                AuthError.MalformedBody, AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.PasswordWrong,
                AuthError.LastSuperuser, AuthError.BodyTooLarge, AuthError.UnsupportedMediaType, AuthError.ValidationFailed,
                AuthError.RateLimited, AuthError.Unavailable);

        endpoints.MapPasswords();
        endpoints.MapEmails();
        return endpoints;
    }

    private static async Task<Results<Ok<UserResponse>, ProblemResult>> UpdateAsync(
        UpdateAccountRequest request, CurrentUser caller, ClientInfo client, AccountService accounts, CancellationToken cancellationToken)
    {
        if (!request.FullName.IsGiven)
            return TypedResults.Ok(UserResponse.From(caller.User));

        var updated = await accounts.RenameAsync(caller.User.Id, request.FullName.Value, client, cancellationToken);
        return updated.IsSuccess ? TypedResults.Ok(UserResponse.From(updated.Value)) : updated.Error.ToProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> DeleteAsync(
        DeleteAccountRequest request, CurrentUser caller, ClientInfo client, AccountService accounts, CancellationToken cancellationToken) =>
        await accounts.DeleteAsync(caller.User, request.Password, client, cancellationToken) is { } refused
            ? refused.ToProblem()
            : TypedResults.NoContent();
}

/// <summary>What changes of the caller's account.</summary>
public sealed record UpdateAccountRequest : IBindableFromHttpContext<UpdateAccountRequest>
{
    /// <summary>A name of at most 255 characters; null or empty clears it.</summary>
    [ValidFullName]
    public Optional<string?> FullName { get; init; }

    public static ValueTask<UpdateAccountRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<UpdateAccountRequest>(context);
}

/// <summary>What it takes to delete one's account.</summary>
public sealed record DeleteAccountRequest : IBindableFromHttpContext<DeleteAccountRequest>
{
    /// <summary>The caller's password.</summary>
    public required string Password { get; init; }

    public static ValueTask<DeleteAccountRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<DeleteAccountRequest>(context);
}
