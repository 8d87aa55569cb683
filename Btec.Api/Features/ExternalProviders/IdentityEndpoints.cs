using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The routes of the caller's external logins.</summary>
internal static class IdentityEndpoints
{
    public static IEndpointRouteBuilder MapIdentities(this IEndpointRouteBuilder endpoints)
    {
        var identities = endpoints.MapGroup("/api/users/me/identities").WithTags("External providers").RequireAuthorization();

        identities.MapGet("", ListAsync)
            .WithName("ListIdentities")
            .WithSummary("List the external logins that open the caller's account");

        identities.MapPost("", LinkAsync)
            .RequireStepUp()
            .LimitCaller(RatePolicy.Factors)
            .WithName("LinkIdentity")
            .WithSummary("Link an external login to the caller's account")
            .WithDescription(
                "Takes the one-time code of /api/auth/external/{name} with its code_verifier, or the link_token of link_required, which "
                + "works only for the account with its address. The caller is told by mail. A login that is linked already is returned.")
            .Accepts<LinkIdentityRequest>("application/json")
            .ProducesErrors(
                AuthError.ExternalCodeInvalid, AuthError.LinkTokenInvalid, AuthError.IdentityTaken, AuthError.TooManyFactors);

        identities.MapDelete("/{id}", UnlinkAsync)
            .RequireStepUp()
            .LimitCaller(RatePolicy.Factors)
            .WithName("UnlinkIdentity")
            .WithSummary("Unlink an external login from the caller's account")
            .WithDescription("The last way to sign in stays: a caller without a password needs a passkey or another external login.")
            .ProducesErrors(AuthError.NotFound, AuthError.LastSignInMethod);

        return endpoints;
    }

    private static async Task<Ok<IdentitiesResponse>> ListAsync(
        CurrentUser caller, IdentityService identities, ExternalProviderList providers, CancellationToken cancellationToken)
    {
        var linked = await identities.ListAsync(caller.User.Id, cancellationToken);
        return TypedResults.Ok(new IdentitiesResponse { Items = [.. linked.Select(identity => IdentityResponse.From(identity, providers))] });
    }

    private static async Task<Results<Created<IdentityResponse>, ProblemResult>> LinkAsync(
        LinkIdentityRequest request,
        CurrentUser caller,
        ClientInfo client,
        IdentityService identities,
        ExternalProviderList providers,
        StepUpRule rule,
        CancellationToken cancellationToken)
    {
        var linked = request.LinkToken is { } token
            ? await identities.LinkByTokenAsync(caller.Actor, token, client, cancellationToken)
            : await identities.LinkByCodeAsync(caller.Actor, request.Code!, request.CodeVerifier!, client, cancellationToken);
        return linked.IsSuccess
            ? TypedResults.Created((string?)null, IdentityResponse.From(linked.Value, providers))
            : rule.ToProblem(linked.Error, caller);
    }

    private static async Task<Results<NoContent, ProblemResult>> UnlinkAsync(
        string id,
        CurrentUser caller,
        ClientInfo client,
        IdentityService identities,
        StepUpRule rule,
        CancellationToken cancellationToken)
    {
        if (ResourceId.ParseUuid(id) is not { } identityId)
            return AuthError.NotFound.ToProblem();

        var unlinked = await identities.UnlinkAsync(caller.Actor, identityId, client, cancellationToken);
        return unlinked.IsSuccess ? TypedResults.NoContent() : rule.ToProblem(unlinked.Error, caller);
    }
}
