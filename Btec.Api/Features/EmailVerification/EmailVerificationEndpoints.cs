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
        services.AddScoped<OwnershipCheck>();
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
            .AllowAccessToken()
            .LimitRate<ConfirmEmailRequest>(RatePolicy.Confirmation, request => request.Token.Reveal())
            .WithName("ConfirmEmail")
            .WithSummary("Confirm an address by a mailed link")
            .WithDescription(
                "Accepts the links of an e-mail verification, of a registration and of an address change. The first two also "
                + "require the password of the account, or an access token of it: anybody can register a foreign address, and the "
                + "click of its owner must not confirm the account of a stranger. A wrong password does not use up the link. An "
                + "owner who does not know the password takes the account over with POST /api/auth/password-recovery; a "
                + "registration that waits is ignored, and the owner registers again. Confirming a registration voids all others of "
                + "the address.")
            .Accepts<ConfirmEmailRequest>("application/json")
            .ProducesErrors(AuthError.LinkInvalid, AuthError.PasswordWrong, AuthError.EmailTaken);

        return endpoints;
    }

    private static async Task<StatusCodeHttpResult> RequestAsync(
        CurrentUser caller, ClientInfo client, VerificationService verification, CancellationToken cancellationToken)
    {
        await verification.RequestAsync(caller.User.Id, client, cancellationToken);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<Results<NoContent, ProblemResult>> ConfirmAsync(
        ConfirmEmailRequest request,
        HttpContext context,
        ClientInfo client,
        ConfirmationService confirmations,
        CancellationToken cancellationToken)
    {
        var caller = context.Features.Get<CurrentUser>()?.User;
        var confirmed = await confirmations.ConfirmAsync(request.Token.Reveal(), request.Password, caller?.Id, client, cancellationToken);
        return confirmed.IsSuccess ? TypedResults.NoContent() : confirmed.Error.ToProblem();
    }
}
