using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Sessions;

/// <summary>The routes with which superusers see and end the sessions of others.</summary>
internal static class UserSessionEndpoints
{
    public static IEndpointRouteBuilder MapUserSessions(this IEndpointRouteBuilder endpoints)
    {
        // The constraint keeps "me" out, whose routes are in SessionEndpoints.
        var sessions = endpoints.MapGroup("/api/users/{id:int}/sessions")
            .WithTags("Administration")
            .RequireAuthorization(BearerAuthentication.SuperuserPolicy);

        sessions.MapGet("", ListAsync)
            .WithName("ListUserSessions")
            .WithSummary("List the sessions of a user, newest first")
            .WithPaging()
            .ProducesErrors(AuthError.NotFound);

        sessions.MapDelete("", EndAllAsync)
            .RequireStepUp()
            .LimitCaller(RatePolicy.Administration)
            .WithName("EndUserSessions")
            .WithSummary("End every session of a user")
            .WithDescription("For a user who has lost a device. It takes effect on the next request.")
            .ProducesErrors(AuthError.NotFound);

        return endpoints;
    }

    private static async Task<Results<Ok<Page<SessionResponse>>, ProblemResult>> ListAsync(
        string id,
        SessionListQuery query,
        CurrentUser caller,
        SessionService sessions,
        UserSearch users,
        CancellationToken cancellationToken)
    {
        if (ResourceId.ParseInteger(id) is not { } userId || await users.FindAsync(userId, cancellationToken) is null)
            return AuthError.NotFound.ToProblem();

        var alive = await sessions.ListAsync(userId, query, cancellationToken);
        var last = alive.Count > query.Limit ? alive[query.Limit - 1] : null;
        return TypedResults.Ok(new Page<SessionResponse>
        {
            Items = [.. alive.Take(query.Limit).Select(session => SessionResponse.From(session, caller.SessionId))],
            NextCursor = last is null ? null : PageCursor.Write(last.CreatedAt, last.Id),
        });
    }

    private static async Task<Results<NoContent, ProblemResult>> EndAllAsync(
        string id, CurrentUser caller, ClientInfo client, SessionRemovalService sessions, CancellationToken cancellationToken)
    {
        if (ResourceId.ParseInteger(id) is not { } userId)
            return AuthError.NotFound.ToProblem();

        var ended = await sessions.EndAllAsync(userId, caller.Actor, client, cancellationToken);
        return ended.IsSuccess ? TypedResults.NoContent() : ended.Error.ToProblem();
    }
}
