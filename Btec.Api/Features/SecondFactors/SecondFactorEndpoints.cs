using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.SecondFactors;

/// <summary>The routes that list, add and remove authenticators and recovery codes.</summary>
internal static class SecondFactorEndpoints
{
    public static IEndpointRouteBuilder MapSecondFactors(this IEndpointRouteBuilder endpoints)
    {
        var me = endpoints.MapGroup("/api/users/me").WithTags("Second factors").RequireAuthorization();

        me.MapGet("/factors", ListAsync)
            .WithName("ListFactors")
            .WithSummary("List the caller's second factors");

        me.MapPost("/totp", BeginAsync)
            .RequireStepUp()
            .LimitCaller(RatePolicy.Factors)
            .WithName("AddTotp")
            .WithSummary("Create a secret for an authenticator application")
            .WithDescription(
                "The secret and its URI are shown once. The authenticator counts once a code of it is confirmed, within 10 minutes. A "
                + "new secret replaces one that waits. A user has at most 5 authenticators, and needs a confirmed e-mail address.")
            .Accepts<AddTotpRequest>("application/json")
            .ProducesErrors(AuthError.EmailUnverified, AuthError.TooManyFactors);

        me.MapPost("/totp/{id}/confirm", ConfirmAsync)
            .RequireTwoFactors()
            .LimitCaller(RatePolicy.Factors)
            .WithName("ConfirmTotp")
            .WithSummary("Confirm an authenticator by a code")
            .WithDescription(
                "From then on, logins ask for a second factor. With the first factor the answer has 10 recovery codes, which are shown "
                + "once; otherwise the list is empty. Every other session of the caller ends.")
            .Accepts<ConfirmTotpRequest>("application/json")
            .ProducesErrors(AuthError.NotFound)
            .ProducesErrors(StatusCodes.Status422UnprocessableEntity, AuthError.CodeWrong);

        me.MapDelete("/totp/{id}", RemoveAsync)
            .RequireStepUp()
            .LimitCaller(RatePolicy.Factors)
            .WithName("RemoveTotp")
            .WithSummary("Remove an authenticator")
            .WithDescription("The recovery codes are deleted with the last second factor.")
            .ProducesErrors(AuthError.NotFound);

        me.MapPost("/recovery-codes", ReplaceCodesAsync)
            .RequireStepUp()
            .LimitCaller(RatePolicy.Factors)
            .WithName("ReplaceRecoveryCodes")
            .WithSummary("Create recovery codes")
            .WithDescription("They are shown once, and void the previous ones. A caller without a second factor gets 404.")
            .ProducesErrors(AuthError.NotFound);

        return endpoints;
    }

    private static async Task<Ok<FactorsResponse>> ListAsync(
        CurrentUser caller, SecondFactorList factors, CancellationToken cancellationToken) =>
        TypedResults.Ok(FactorsResponse.From(await factors.FindAsync(caller.User.Id, cancellationToken)));

    private static async Task<Results<Created<TotpResponse>, ProblemResult>> BeginAsync(
        AddTotpRequest request,
        CurrentUser caller,
        ClientInfo client,
        TotpService authenticators,
        StepUpRule rule,
        CancellationToken cancellationToken)
    {
        var begun = await authenticators.BeginAsync(caller.User.Id, caller.SessionId, request.Name, client, cancellationToken);
        return begun.IsSuccess
            ? TypedResults.Created((string?)null, TotpResponse.From(begun.Value))
            : rule.ToProblem(begun.Error, caller);
    }

    private static async Task<Results<Ok<RecoveryCodesResponse>, ProblemResult>> ConfirmAsync(
        string id,
        ConfirmTotpRequest request,
        CurrentUser caller,
        ClientInfo client,
        TotpService authenticators,
        StepUpRule rule,
        CancellationToken cancellationToken)
    {
        if (ResourceId.ParseUuid(id) is not { } factorId)
            return AuthError.NotFound.ToProblem();

        var confirmed = await authenticators.ConfirmAsync(
            caller.User.Id, caller.SessionId, factorId, request.Code, client, cancellationToken);
        if (confirmed.IsSuccess)
            return TypedResults.Ok(RecoveryCodesResponse.From(confirmed.Value));

        return confirmed.Error == AuthError.CodeWrong ? RefuseCode()
            : confirmed.Error == AuthError.StepUpRequired ? rule.Refuse(hasSecondFactor: true)
            : confirmed.Error.ToProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> RemoveAsync(
        string id,
        CurrentUser caller,
        ClientInfo client,
        TotpService authenticators,
        StepUpRule rule,
        CancellationToken cancellationToken)
    {
        if (ResourceId.ParseUuid(id) is not { } factorId)
            return AuthError.NotFound.ToProblem();

        var removed = await authenticators.RemoveAsync(caller.User.Id, caller.SessionId, factorId, client, cancellationToken);
        return removed.IsSuccess ? TypedResults.NoContent() : rule.ToProblem(removed.Error, caller);
    }

    private static async Task<Results<Ok<RecoveryCodesResponse>, ProblemResult>> ReplaceCodesAsync(
        CurrentUser caller, ClientInfo client, RecoveryCodeService codes, StepUpRule rule, CancellationToken cancellationToken)
    {
        var replaced = await codes.ReplaceAsync(caller.User.Id, caller.SessionId, client, cancellationToken);
        return replaced.IsSuccess ? TypedResults.Ok(RecoveryCodesResponse.From(replaced.Value)) : rule.ToProblem(replaced.Error, caller);
    }

    /// <summary>Answers a wrong code as a refused member: the caller is authenticated, so 401 would be misleading.</summary>
    private static ProblemResult RefuseCode() => new(
        AuthError.CodeWrong,
        new Dictionary<string, string[]>(StringComparer.Ordinal) { ["code"] = [AuthError.CodeWrong.Detail] },
        StatusCodes.Status422UnprocessableEntity);
}
