using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.StepUp;

/// <summary>The route of step-up authentication (RFC 9470).</summary>
internal static class StepUpEndpoints
{
    public static IServiceCollection AddStepUpAuthentication(this IServiceCollection services) => services.AddScoped<StepUpService>();

    public static IEndpointRouteBuilder MapStepUpAuthentication(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/auth/step-up", StepUpAsync)
            .WithTags("Authentication")
            .RequireAuthorization()
            // By session: whoever has stolen a token must not keep the owner from stepping up in another session.
            .LimitRate<CurrentUser>(RatePolicy.StepUp, caller => caller.SessionId.ToString("D"))
            .WithName("StepUp")
            .WithSummary("Prove again who you are")
            .WithDescription(
                $"Takes exactly one of {StepUpRequest.Proofs}. The session then meets what answered step_up_required, for "
                + "StepUp:MaxAge, and so do all of its access tokens; the new one says so to other services. A caller with a second "
                + "factor needs a code or a passkey; after the password alone, the session counts as one of a single factor.")
            .Accepts<StepUpRequest>("application/json")
            .ProducesErrors(AuthError.PasswordWrong)
            .ProducesErrors(StatusCodes.Status403Forbidden, AuthError.CodeWrong, AuthError.PasskeyInvalid);

        return endpoints;
    }

    private static async Task<Results<Ok<StepUpResponse>, ProblemResult>> StepUpAsync(
        StepUpRequest request,
        CurrentUser caller,
        ClientInfo client,
        StepUpService stepUp,
        HttpContext http,
        CancellationToken cancellationToken)
    {
        if (request.FindProof() is not { } proof)
            return AuthError.ValidationFailed.ToProblem("body", $"Send exactly one of {StepUpRequest.Proofs}.");

        var result = await stepUp.ProveAsync(caller.User, caller.SessionId, proof, client, cancellationToken);
        return result.Match<Results<Ok<StepUpResponse>, ProblemResult>>(
            token => TypedResults.Ok(StepUpResponse.From(token)),
            // The caller is known, so that a wrong code or passkey is no 401 here.
            error => error == AuthError.CodeWrong || error == AuthError.PasskeyInvalid
                ? new ProblemResult(error, status: StatusCodes.Status403Forbidden)
                : error.ToProblem(),
            lease =>
            {
                RateLimitReport.Add(http, "codes", lease);
                return AuthError.RateLimited.ToProblem();
            });
    }
}
