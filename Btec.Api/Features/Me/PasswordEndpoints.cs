using System.Globalization;
using System.Reflection;
using Btec.Api.Features.Recovery;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Me;

/// <summary>Change a password, or recover a lost one.</summary>
public static class PasswordEndpoints
{
    internal static void MapPasswords(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/users/me/password", ChangeAsync)
            .WithTags("Account")
            .RequireAuthorization()
            .LimitRate<CurrentUser>(RatePolicy.PasswordChange, caller => caller.User.Id.ToString(CultureInfo.InvariantCulture))
            .WithName("ChangePassword")
            .WithSummary("Change the caller's password")
            .WithDescription("Every other session of the caller ends, on its next request; this one stays. Every mailed link is void.")
            .Accepts<ChangePasswordRequest>("application/json")
            .ProducesErrors(
                AuthError.MalformedBody, AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.PasswordWrong,
                AuthError.BodyTooLarge, AuthError.UnsupportedMediaType, AuthError.ValidationFailed, AuthError.RateLimited, AuthError.Unavailable);

        endpoints.MapPost("/api/auth/password-recovery", RecoverAsync)
            .WithTags("Account")
            .LimitRate<RecoverPasswordRequest>(RatePolicy.Recovery, request => EmailAddress.Normalize(request.Email))
            .WithName("RecoverPassword")
            .WithSummary("Mail a link that sets a new password")
            .WithDescription(
                "Answers 202 for every address, and takes as long; a mail goes to active users alone. The link works once, for an hour, "
                + "and until the next one is asked for.")
            .Accepts<RecoverPasswordRequest>("application/json")
            .Produces(StatusCodes.Status202Accepted)
            .ProducesErrors(
                AuthError.MalformedBody, AuthError.BodyTooLarge, AuthError.UnsupportedMediaType, AuthError.ValidationFailed,
                AuthError.RateLimited, AuthError.Unavailable);

        endpoints.MapPost("/api/auth/password-reset", ResetAsync)
            .WithTags("Account")
            .LimitRate<ResetPasswordRequest>(RatePolicy.Reset, request => request.Token)
            .WithName("ResetPassword")
            .WithSummary("Set a new password by a mailed link")
            .WithDescription(
                "Every session of the user ends, every other mailed link is void, and the address counts as confirmed. A password that is "
                + "refused leaves the link as it was.")
            .Accepts<ResetPasswordRequest>("application/json")
            .ProducesErrors(
                AuthError.MalformedBody, AuthError.LinkInvalid, AuthError.BodyTooLarge, AuthError.UnsupportedMediaType,
                AuthError.ValidationFailed, AuthError.RateLimited, AuthError.Unavailable);
    }

    private static async Task<Results<NoContent, ProblemResult>> ChangeAsync(
        ChangePasswordRequest request, CurrentUser caller, ClientInfo client, PasswordService passwords, CancellationToken cancellationToken) =>
        await passwords.ChangeAsync(
            caller.User, caller.SessionId, request.CurrentPassword, request.NewPassword, client, cancellationToken) is { } refused
            ? refused.ToProblem()
            : TypedResults.NoContent();

    private static async Task<StatusCodeHttpResult> RecoverAsync(
        RecoverPasswordRequest request, ClientInfo client, RecoveryService recovery, CancellationToken cancellationToken)
    {
        await recovery.RequestAsync(request.Email, client, cancellationToken);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<Results<NoContent, ProblemResult>> ResetAsync(
        ResetPasswordRequest request, ClientInfo client, RecoveryService recovery, CancellationToken cancellationToken)
    {
        var faults = await recovery.FindFaultsAsync(request.Token, request.NewPassword, cancellationToken);
        if (faults.Count > 0)
            return AuthError.ValidationFailed.ToProblem("new_password", faults);

        return await recovery.ResetAsync(request.Token, request.NewPassword, client, cancellationToken) is { } refused
            ? refused.ToProblem()
            : TypedResults.NoContent();
    }
}

/// <summary>What it takes to change one's password.</summary>
public sealed record ChangePasswordRequest : IBindableFromHttpContext<ChangePasswordRequest>
{
    /// <summary>The password until now.</summary>
    public required string CurrentPassword { get; init; }

    /// <summary>The password from now on, by the rules of a registration.</summary>
    [ValidPassword(PasswordOwner.Caller)]
    public required string NewPassword { get; init; }

    public static ValueTask<ChangePasswordRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<ChangePasswordRequest>(context);
}

/// <summary>Whose password was lost.</summary>
public sealed record RecoverPasswordRequest : IBindableFromHttpContext<RecoverPasswordRequest>
{
    /// <summary>The e-mail address of the account.</summary>
    [ValidEmail]
    public required string Email { get; init; }

    public static ValueTask<RecoverPasswordRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<RecoverPasswordRequest>(context);
}

/// <summary>A new password, and the link that allows it.</summary>
public sealed record ResetPasswordRequest : IBindableFromHttpContext<ResetPasswordRequest>
{
    /// <summary>The token of the mailed link.</summary>
    public required string Token { get; init; }

    /// <summary>The password from now on, by the rules of a registration.</summary>
    [ValidPassword(PasswordOwner.Unknown)]
    public required string NewPassword { get; init; }

    public static ValueTask<ResetPasswordRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<ResetPasswordRequest>(context);
}
