using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Grants;

/// <summary>The routes with which users see and withdraw their consents to clients.</summary>
internal static class GrantEndpoints
{
    public static IServiceCollection AddGrants(this IServiceCollection services) => services.AddScoped<GrantService>();

    public static IEndpointRouteBuilder MapGrants(this IEndpointRouteBuilder endpoints)
    {
        var grants = endpoints.MapGroup("/api/users/me/grants").WithTags("Account").RequireAuthorization();

        grants.MapGet("", ListAsync)
            .WithName("ListGrants")
            .WithSummary("List the applications to which the caller has consented, newest first")
            .WithPaging();

        grants.MapDelete("/{client_id}", RevokeAsync)
            .LimitCaller(RatePolicy.Write)
            .WithName("RevokeGrant")
            .WithSummary("Withdraw the caller's consent to an application")
            .WithDescription("The sessions of the application end at once, and it has to ask for consent again.")
            .ProducesErrors(AuthError.NotFound);

        return endpoints;
    }

    private static async Task<Ok<Page<GrantResponse>>> ListAsync(
        GrantListQuery query,
        CurrentUser caller,
        GrantService grants,
        ClientRegistry clients,
        ScopeRules scopes,
        CancellationToken cancellationToken)
    {
        var found = await grants.ListAsync(caller.User.Id, query, cancellationToken);
        var items = new List<GrantResponse>();
        foreach (var grant in found.Take(query.Limit))
            items.Add(GrantResponse.From(grant, await clients.FindAsync(grant.ClientId, cancellationToken), scopes));

        var last = found.Count > query.Limit ? found[query.Limit - 1] : null;
        return TypedResults.Ok(new Page<GrantResponse>
        {
            Items = items,
            NextCursor = last is null ? null : PageCursor.Write(last.CreatedAt, last.ClientId),
        });
    }

    private static async Task<Results<NoContent, ProblemResult>> RevokeAsync(
        string client_id, CurrentUser caller, ClientInfo client, GrantService grants, CancellationToken cancellationToken)
    {
        var revoked = await grants.RevokeAsync(caller.Actor, client_id, client, cancellationToken);
        return revoked.IsSuccess ? TypedResults.NoContent() : revoked.Error.ToProblem();
    }
}
