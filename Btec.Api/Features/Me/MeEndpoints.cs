using Btec.Api.Features.Users;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Me;

/// <summary>The routes of the caller's own account.</summary>
internal static class MeEndpoints
{
    public static IServiceCollection AddMe(this IServiceCollection services)
    {
        services.AddScoped<AccountService>();
        services.AddScoped<PasswordService>();
        services.AddScoped<EmailChangeService>();
        return services;
    }

    public static IEndpointRouteBuilder MapMe(this IEndpointRouteBuilder endpoints)
    {
        var me = endpoints.MapGroup("/api/users/me").WithTags("Account").RequireAuthorization();

        me.MapGet("", Get)
            .WithName("GetCurrentUser")
            .WithSummary("Get the current user");

        me.MapPatch("", UpdateAsync)
            .LimitCaller(RatePolicy.Write)
            .WithName("UpdateCurrentUser")
            .WithSummary("Change the caller's name")
            .WithDescription("A member that is left out stays as it is; full_name null clears it (RFC 7396).")
            .Accepts<UpdateAccountRequest>("application/json");

        me.MapPost("/password", ChangePasswordAsync)
            .LimitCaller(RatePolicy.PasswordChange)
            .RequireStepUpBesidePassword()
            .WithName("ChangePassword")
            .WithSummary("Change the caller's password")
            .WithDescription(
                "Ends every other session of the caller on its next request, and invalidates every mailed link. This session "
                + "and its tokens stay, because the answer has no body. Refresh them next: that voids the old refresh token, and "
                + "ends the session if somebody else presents a copy of it.")
            .Accepts<ChangePasswordRequest>("application/json")
            .ProducesErrors(AuthError.PasswordWrong);

        me.MapPost("/email", ChangeEmailAsync)
            .LimitCaller(RatePolicy.EmailChange)
            .RequireStepUpBesidePassword()
            .WithName("ChangeEmail")
            .WithSummary("Mail a link that confirms a new address")
            .WithDescription(
                "The address changes when the link is followed. The current address is notified at once, and again when it changes. "
                + "Every address gets 202 after the same time, whether it is free or taken.")
            .Accepts<ChangeEmailRequest>("application/json")
            .Produces(StatusCodes.Status202Accepted)
            .ProducesErrors(AuthError.PasswordWrong);

        me.MapDelete("", DeleteAsync)
            // A password can be guessed here as well as where it is changed, so both share a limit.
            .LimitCaller(RatePolicy.PasswordChange)
            .RequireStepUpBesidePassword()
            .WithName("DeleteCurrentUser")
            .WithSummary("Delete the caller's account")
            .WithDescription(
                "Requires the password. Deletes everything that belongs to the user except the audit events. The last active "
                + "superuser cannot be deleted.")
            .Accepts<DeleteAccountRequest>("application/json")
            .ProducesErrors(AuthError.PasswordWrong, AuthError.LastSuperuser);

        return endpoints;
    }

    private static UnchunkedJson<UserResponse> Get(CurrentUser caller) => new(UserResponse.From(caller.User));

    private static async Task<Results<Ok<UserResponse>, ProblemResult>> UpdateAsync(
        UpdateAccountRequest request, CurrentUser caller, ClientInfo client, AccountService accounts, CancellationToken cancellationToken)
    {
        var updated = await accounts.UpdateAsync(caller.Actor, request.ApplyTo, client, cancellationToken);
        return updated.IsSuccess ? TypedResults.Ok(UserResponse.From(updated.Value)) : updated.Error.ToProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> ChangePasswordAsync(
        ChangePasswordRequest request, CurrentUser caller, ClientInfo client, PasswordService passwords, CancellationToken cancellationToken)
    {
        var changed = await passwords.ChangeAsync(
            caller.User, caller.SessionId, request.CurrentPassword, request.NewPassword, client, cancellationToken);
        return changed.IsSuccess ? TypedResults.NoContent() : changed.Error.ToProblem();
    }

    private static async Task<Results<StatusCodeHttpResult, ProblemResult>> ChangeEmailAsync(
        ChangeEmailRequest request, CurrentUser caller, ClientInfo client, EmailChangeService emails, CancellationToken cancellationToken)
    {
        var requested = await emails.RequestAsync(caller.User, caller.SessionId, request.Email, request.Password, client, cancellationToken);
        return requested.IsSuccess ? TypedResults.StatusCode(StatusCodes.Status202Accepted) : requested.Error.ToProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> DeleteAsync(
        DeleteAccountRequest request, CurrentUser caller, ClientInfo client, AccountService accounts, CancellationToken cancellationToken)
    {
        var deleted = await accounts.DeleteAsync(caller.User, caller.SessionId, request.Password, client, cancellationToken);
        return deleted.IsSuccess ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }
}
