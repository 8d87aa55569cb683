using System.Globalization;
using System.Reflection;
using Btec.Api.Features.EmailVerification;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Me;

/// <summary>Confirm an e-mail address, or change it.</summary>
public static class EmailEndpoints
{
    internal static void MapEmails(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/users/me/email", ChangeAsync)
            .WithTags("Account")
            .RequireAuthorization()
            .LimitRate<CurrentUser>(RatePolicy.EmailChange, caller => caller.User.Id.ToString(CultureInfo.InvariantCulture))
            .WithName("ChangeEmail")
            .WithSummary("Mail a link that confirms a new address")
            .WithDescription(
                "The address changes when the link is confirmed; the old one is told now and then. Answers 202 for every address, free or "
                + "taken, and takes as long.")
            .Accepts<ChangeEmailRequest>("application/json")
            .Produces(StatusCodes.Status202Accepted)
            .ProducesErrors(
                AuthError.MalformedBody, AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.PasswordWrong,
                AuthError.BodyTooLarge, AuthError.UnsupportedMediaType, AuthError.ValidationFailed, AuthError.RateLimited, AuthError.Unavailable);

        endpoints.MapPost("/api/auth/email-verification", RequestAsync)
            .WithTags("Account")
            .RequireAuthorization()
            .LimitRate<CurrentUser>(RatePolicy.Verification, caller => caller.User.Id.ToString(CultureInfo.InvariantCulture))
            .WithName("RequestEmailVerification")
            .WithSummary("Mail a link that confirms the caller's address")
            .WithDescription("The link works once, for 24 hours, and until the next one is asked for. An address that is confirmed gets none.")
            .Produces(StatusCodes.Status202Accepted)
            .ProducesErrors(AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.RateLimited, AuthError.Unavailable);

        endpoints.MapPost("/api/auth/email-verification/confirm", ConfirmAsync)
            .WithTags("Account")
            .LimitRate<ConfirmEmailRequest>(RatePolicy.Confirmation, request => request.Token)
            .WithName("ConfirmEmail")
            .WithSummary("Confirm an address by a mailed link")
            .WithDescription("For every link that confirms an address: of the account, of its new address, of a registration.")
            .Accepts<ConfirmEmailRequest>("application/json")
            .ProducesErrors(
                AuthError.MalformedBody, AuthError.LinkInvalid, AuthError.EmailTaken, AuthError.BodyTooLarge, AuthError.UnsupportedMediaType,
                AuthError.ValidationFailed, AuthError.RateLimited, AuthError.Unavailable);
    }

    private static async Task<Results<StatusCodeHttpResult, ProblemResult>> ChangeAsync(
        ChangeEmailRequest request, CurrentUser caller, ClientInfo client, EmailService emails, CancellationToken cancellationToken) =>
        await emails.RequestChangeAsync(caller.User, request.Email, request.Password, client, cancellationToken) is { } refused
            ? refused.ToProblem()
            : TypedResults.StatusCode(StatusCodes.Status202Accepted);

    private static async Task<StatusCodeHttpResult> RequestAsync(
        CurrentUser caller, ClientInfo client, EmailService emails, CancellationToken cancellationToken)
    {
        await emails.RequestVerificationAsync(caller.User.Id, client, cancellationToken);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<Results<NoContent, ProblemResult>> ConfirmAsync(
        ConfirmEmailRequest request, ClientInfo client, ConfirmationService confirmations, CancellationToken cancellationToken) =>
        await confirmations.ConfirmAsync(request.Token, client, cancellationToken) is { } refused
            ? refused.ToProblem()
            : TypedResults.NoContent();
}

/// <summary>What it takes to change one's e-mail address.</summary>
public sealed record ChangeEmailRequest : IBindableFromHttpContext<ChangeEmailRequest>
{
    /// <summary>The new address.</summary>
    [ValidEmail]
    public required string Email { get; init; }

    /// <summary>The caller's password.</summary>
    public required string Password { get; init; }

    public static ValueTask<ChangeEmailRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<ChangeEmailRequest>(context);
}

/// <summary>The link that confirms an address.</summary>
public sealed record ConfirmEmailRequest : IBindableFromHttpContext<ConfirmEmailRequest>
{
    /// <summary>The token of the mailed link.</summary>
    public required string Token { get; init; }

    public static ValueTask<ConfirmEmailRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<ConfirmEmailRequest>(context);
}
