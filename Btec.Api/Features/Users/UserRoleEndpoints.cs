using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Users;

/// <summary>The route with which superusers set the roles of users.</summary>
internal static class UserRoleEndpoints
{
    public static IEndpointRouteBuilder MapUserRoles(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPut("/api/users/{id:int}/roles", SetAsync)
            .WithTags("Administration")
            .RequireAuthorization(BearerAuthentication.SuperuserPolicy)
            .RequireStepUp()
            .LimitCaller(RatePolicy.Administration)
            .WithName("SetUserRoles")
            .WithSummary("Replace the roles of a user")
            .WithDescription(
                "Access tokens and introspection have them in the claim roles, which other services decide by. Introspection shows a "
                + "change at once, access tokens from the next one on.")
            .Accepts<SetRolesRequest>("application/json")
            .ProducesErrors(AuthError.NotFound);

        return endpoints;
    }

    private static async Task<Results<Ok<UserResponse>, ProblemResult>> SetAsync(
        string id,
        SetRolesRequest request,
        CurrentUser caller,
        ClientInfo client,
        UserRoleService roles,
        CancellationToken cancellationToken)
    {
        if (ResourceId.ParseInteger(id) is not { } userId)
            return AuthError.NotFound.ToProblem();

        var changed = await roles.SetAsync(userId, request.Roles, caller.Actor, client, cancellationToken);
        return changed.IsSuccess ? TypedResults.Ok(UserResponse.From(changed.Value)) : changed.Error.ToProblem();
    }
}
