using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Passkeys;

/// <summary>The routes of the caller's own passkeys.</summary>
internal static class PasskeyEndpoints
{
    /// <summary>The path of one passkey. The constraint keeps "options" out.</summary>
    private const string One = "/{id:guid}";

    private const string Route = "/api/users/me/passkeys";

    public static IEndpointRouteBuilder MapPasskeys(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPasskeyLogin();
        endpoints.MapPasskeyDocuments();

        var passkeys = endpoints.MapGroup(Route).WithTags("Passkeys");

        passkeys.MapPost("/options", StartAsync)
            .RequireStepUp()
            .RequirePasskeys()
            .LimitCaller(RatePolicy.Factors)
            .WithName("StartPasskey")
            .WithSummary("Get the options for creating a passkey")
            .WithDescription(
                "Pass options to PublicKeyCredential.parseCreationOptionsFromJSON() and the result to navigator.credentials.create(). "
                + "The challenge works once, for expires_in seconds. A user has at most 10 passkeys.")
            .ProducesErrors(AuthError.NotFound, AuthError.TooManyFactors);

        passkeys.MapPost("", AddAsync)
            .RequireStepUp()
            .RequirePasskeys()
            .LimitCaller(RatePolicy.Factors)
            .WithName("AddPasskey")
            .WithSummary("Add the passkey that has been created")
            .WithDescription(
                "A passkey logs in alone, and is a second factor beside the password. With the first second factor of an account come "
                + "ten recovery codes, which are shown only here.")
            .Accepts<AddPasskeyRequest>("application/json")
            .ProducesErrors(AuthError.NotFound, AuthError.PasskeyExists, AuthError.TooManyFactors);

        passkeys.MapPatch(One, RenameAsync)
            .RequireAuthorization()
            .LimitCaller(RatePolicy.Factors)
            .WithName("RenamePasskey")
            .WithSummary("Rename one of the caller's passkeys")
            .Accepts<RenamePasskeyRequest>("application/json")
            .ProducesErrors(AuthError.NotFound);

        passkeys.MapDelete(One, RemoveAsync)
            .RequireStepUp()
            .LimitCaller(RatePolicy.Factors)
            .WithName("RemovePasskey")
            .WithSummary("Remove one of the caller's passkeys")
            .WithDescription(
                "Ends the other sessions in which the passkey was used. With the last second factor of an account, its recovery codes go. "
                + "The last way to sign in stays: a caller without a password needs another passkey or an external login.")
            .ProducesErrors(AuthError.NotFound, AuthError.LastSignInMethod);

        return endpoints;
    }

    private static async Task<Results<Ok<PasskeyOptionsResponse>, ProblemResult>> StartAsync(
        CurrentUser caller, PasskeyRegistrationService registrations, CancellationToken cancellationToken)
    {
        var started = await registrations.StartAsync(caller.User, cancellationToken);
        return started.IsSuccess ? TypedResults.Ok(PasskeyOptionsResponse.From(started.Value)) : started.Error.ToProblem();
    }

    private static async Task<Results<Created<AddedPasskeyResponse>, ProblemResult>> AddAsync(
        AddPasskeyRequest request,
        CurrentUser caller,
        ClientInfo client,
        PasskeyRegistrationService registrations,
        StepUpRule rule,
        HttpRequest http,
        CancellationToken cancellationToken)
    {
        var result = await registrations.AddAsync(
            caller.User, caller.SessionId, request.ChallengeId, request.Credential, request.Name, client, cancellationToken);
        return result switch
        {
            PasskeyAdditionResult.Added added => TypedResults.Created(
                http.PathBase + $"{Route}/{added.Passkey.Id}", AddedPasskeyResponse.From(added.Passkey, added.RecoveryCodes)),
            PasskeyAdditionResult.Refused refused => rule.ToProblem(refused.Error, caller),
            PasskeyAdditionResult.ChallengeInvalid => AuthError.ValidationFailed.ToProblem(
                "challenge_id", "The challenge is unknown, already used or expired. Get a new one."),
            _ => AuthError.ValidationFailed.ToProblem(
                "credential", "The passkey does not answer the challenge. Get a new one and create the passkey again."),
        };
    }

    private static async Task<Results<Ok<PasskeyResponse>, ProblemResult>> RenameAsync(
        string id,
        RenamePasskeyRequest request,
        CurrentUser caller,
        ClientInfo client,
        PasskeyService passkeys,
        CancellationToken cancellationToken)
    {
        if (ResourceId.ParseUuid(id) is not { } passkeyId)
            return AuthError.NotFound.ToProblem();

        var renamed = await passkeys.RenameAsync(
            caller.User.Id, caller.SessionId, passkeyId, request.ApplyTo, client, cancellationToken);
        return renamed.IsSuccess ? TypedResults.Ok(PasskeyResponse.From(renamed.Value)) : renamed.Error.ToProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> RemoveAsync(
        string id, CurrentUser caller, ClientInfo client, PasskeyService passkeys, StepUpRule rule, CancellationToken cancellationToken)
    {
        if (ResourceId.ParseUuid(id) is not { } passkeyId)
            return AuthError.NotFound.ToProblem();

        var removed = await passkeys.RemoveAsync(caller.User.Id, caller.SessionId, passkeyId, client, cancellationToken);
        return removed.IsSuccess ? TypedResults.NoContent() : rule.ToProblem(removed.Error, caller);
    }
}
