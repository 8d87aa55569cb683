using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.EmailVerification;

/// <summary>The routes that confirm e-mail addresses.</summary>
internal static class EmailVerificationEndpoints
{
    public static IServiceCollection AddEmailVerification(this IServiceCollection services)
    {
        services.AddScoped<VerificationService>();
        services.AddScoped<ConfirmationService>();
        return services;
    }

    public static IEndpointRouteBuilder MapEmailVerification(this IEndpointRouteBuilder endpoints)
    {
        var verification = endpoints.MapGroup("/api/auth/email-verification").WithTags("Account");

        verification.MapPost("", RequestAsync)
            .RequireAuthorization()
            .LimitCaller(RatePolicy.Verification)
            .WithName("RequestEmailVerification")
            .WithSummary("Mail a link that confirms the caller's address")
            .WithDescription(
                "The link works once, within 24 hours, unless a newer one is requested. A confirmed address gets no mail.")
            .Produces(StatusCodes.Status202Accepted);

        verification.MapPost("/confirm", ConfirmAsync)
            .LimitRate<ConfirmEmailRequest>(RatePolicy.Confirmation, request => request.Token.Reveal())
            .WithName("ConfirmEmail")
            .WithSummary("Confirm an address by a mailed link")
            .WithDescription("Accepts the links of an e-mail verification, of an address change and of a registration.")
            .Accepts<ConfirmEmailRequest>("application/json")
            .ProducesErrors(AuthError.LinkInvalid, AuthError.EmailTaken);

        return endpoints;
    }

    private static async Task<StatusCodeHttpResult> RequestAsync(
        CurrentUser caller, ClientInfo client, VerificationService verification, CancellationToken cancellationToken)
    {
        await verification.RequestAsync(caller.User.Id, client, cancellationToken);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<Results<NoContent, ProblemResult>> ConfirmAsync(
        ConfirmEmailRequest request, ClientInfo client, ConfirmationService confirmations, CancellationToken cancellationToken)
    {
        var confirmed = await confirmations.ConfirmAsync(request.Token.Reveal(), client, cancellationToken);
        return confirmed.IsSuccess ? TypedResults.NoContent() : confirmed.Error.ToProblem();
    }
}
