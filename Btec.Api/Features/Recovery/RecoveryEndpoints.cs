using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Recovery;

/// <summary>The routes that replace a lost password.</summary>
internal static class RecoveryEndpoints
{
    public static IServiceCollection AddRecovery(this IServiceCollection services) => services.AddScoped<RecoveryService>();

    public static IEndpointRouteBuilder MapRecovery(this IEndpointRouteBuilder endpoints)
    {
        var recovery = endpoints.MapGroup("/api/auth").WithTags("Account");

        recovery.MapPost("/password-recovery", RecoverAsync)
            .LimitRate<RecoverPasswordRequest>(
                RatePolicy.Recovery,
                request => EmailAddress.Normalize(request.Email),
                // The last mailed link still works, so that nobody can keep the owner from recovering the account.
                whenExhausted: TypedResults.StatusCode(StatusCodes.Status202Accepted))
            .WithName("RecoverPassword")
            .WithSummary("Mail a link that sets a new password")
            .WithDescription(
                "Every address gets 202 after the same time. Only active users get a mail, at most as often as the limits "
                + "allow. The link works once, within an hour, unless a newer one is mailed; an invitation still works beside it.")
            .Accepts<RecoverPasswordRequest>("application/json")
            .Produces(StatusCodes.Status202Accepted);

        recovery.MapPost("/password-reset", ResetAsync)
            .LimitRate<ResetPasswordRequest>(RatePolicy.Reset, request => request.Token.Reveal())
            .WithName("ResetPassword")
            .WithSummary("Set a new password by a mailed link")
            .WithDescription(
                "Ends every session of the user, invalidates every other mailed link, a change of address that waits included, and "
                + "confirms the address: the owner of a mailbox takes over an account that somebody else registered with it. If the address "
                + "was not confirmed, second factors, external logins, consents and, unless it was an invitation, the full name are removed; "
                + "otherwise they stay. A refused password does not use up the link.")
            .Accepts<ResetPasswordRequest>("application/json")
            .ProducesErrors(AuthError.LinkInvalid);

        return endpoints;
    }

    private static async Task<StatusCodeHttpResult> RecoverAsync(
        RecoverPasswordRequest request, ClientInfo client, RecoveryService recovery, CancellationToken cancellationToken)
    {
        await recovery.RequestAsync(request.Email, client, cancellationToken);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<Results<NoContent, ProblemResult>> ResetAsync(
        ResetPasswordRequest request, ClientInfo client, RecoveryService recovery, CancellationToken cancellationToken)
    {
        var faults = await recovery.FindFaultsAsync(request.Token.Reveal(), request.NewPassword, cancellationToken);
        if (faults.Count > 0)
            return AuthError.ValidationFailed.ToProblem("new_password", faults);

        var reset = await recovery.ResetAsync(request.Token.Reveal(), request.NewPassword, client, cancellationToken);
        return reset.IsSuccess ? TypedResults.NoContent() : reset.Error.ToProblem();
    }
}
