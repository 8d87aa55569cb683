using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.SecondFactors;

/// <summary>The routes with which superusers see and remove the second factors of others.</summary>
internal static class UserFactorEndpoints
{
    public static IEndpointRouteBuilder MapUserFactors(this IEndpointRouteBuilder endpoints)
    {
        // The constraint keeps "me" out, whose routes are in SecondFactorEndpoints.
        var factors = endpoints.MapGroup("/api/users/{id:int}/factors")
            .WithTags("Administration")
            .RequireAuthorization(BearerAuthentication.SuperuserPolicy);

        factors.MapGet("", ListAsync)
            .WithName("ListUserFactors")
            .WithSummary("List the second factors of a user")
            .ProducesErrors(AuthError.NotFound);

        factors.MapDelete("", RemoveAllAsync)
            .RequireStepUp()
            .LimitCaller(RatePolicy.Administration)
            .WithName("RemoveFactors")
            .WithSummary("Remove every second factor of a user")
            .WithDescription(
                "For a user who has lost them. The recovery codes go too, sessions in which a passkey was used end, and the user is "
                + "notified by mail.")
            .ProducesErrors(AuthError.NotFound);

        return endpoints;
    }

    private static async Task<Results<Ok<FactorsResponse>, ProblemResult>> ListAsync(
        string id, UserSearch users, SecondFactorList factors, CancellationToken cancellationToken) =>
        ResourceId.ParseInteger(id) is { } userId && await users.FindAsync(userId, cancellationToken) is not null
            ? TypedResults.Ok(FactorsResponse.From(await factors.FindAsync(userId, cancellationToken)))
            : AuthError.NotFound.ToProblem();

    private static async Task<Results<NoContent, ProblemResult>> RemoveAllAsync(
        string id, CurrentUser caller, ClientInfo client, FactorRemovalService factors, CancellationToken cancellationToken)
    {
        if (ResourceId.ParseInteger(id) is not { } userId)
            return AuthError.NotFound.ToProblem();

        var removed = await factors.RemoveAllAsync(userId, caller.Actor, client, cancellationToken);
        return removed.IsSuccess ? TypedResults.NoContent() : removed.Error.ToProblem();
    }
}
