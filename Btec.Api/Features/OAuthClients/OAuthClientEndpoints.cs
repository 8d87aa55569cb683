using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.OAuthClients;

/// <summary>The routes with which superusers administer the clients of the authorization server.</summary>
internal static class OAuthClientEndpoints
{
    private const string One = "/{id}";

    public static IServiceCollection AddOAuthClients(this IServiceCollection services) => services.AddScoped<OAuthClientService>();

    public static IEndpointRouteBuilder MapOAuthClients(this IEndpointRouteBuilder endpoints)
    {
        var clients = endpoints.MapGroup("/api/oauth-clients").WithTags("Administration")
            .RequireAuthorization(BearerAuthentication.SuperuserPolicy)
            .RequireStepUp();

        clients.MapGet("", ListAsync)
            .WithName("ListOAuthClients")
            .WithSummary("List clients: those of the configuration by their ids, then the others, newest first")
            .WithPaging();

        clients.MapPost("", CreateAsync)
            .LimitCaller(RatePolicy.Administration)
            .WithName("CreateOAuthClient")
            .WithSummary("Register a client")
            .WithDescription("A confidential client gets a secret, which only this answer shows.")
            .Accepts<CreateOAuthClientRequest>("application/json");

        clients.MapGet(One, GetAsync)
            .WithName("GetOAuthClient")
            .WithSummary("Get a client")
            .ProducesErrors(AuthError.NotFound);

        clients.MapPatch(One, UpdateAsync)
            .LimitCaller(RatePolicy.Administration)
            .WithName("UpdateOAuthClient")
            .WithSummary("Change a client")
            .WithDescription(
                "A member that is left out stays as it is (RFC 7396). Clients of the configuration cannot be changed here, nor a public "
                + "client be made a confidential one.")
            .Accepts<UpdateOAuthClientRequest>("application/json")
            .ProducesErrors(AuthError.NotFound, AuthError.ClientConfigured);

        clients.MapDelete(One, DeleteAsync)
            .LimitCaller(RatePolicy.Administration)
            .WithName("DeleteOAuthClient")
            .WithSummary("Delete a client")
            .WithDescription("Its sessions and its users' consents end at once.")
            .ProducesErrors(AuthError.NotFound, AuthError.ClientConfigured);

        clients.MapPost($"{One}/secret", RotateSecretAsync)
            .LimitCaller(RatePolicy.Administration)
            .WithName("RotateOAuthClientSecret")
            .WithSummary("Give a confidential client a new secret")
            .WithDescription("Only this answer shows it. The former secret works for another 24 hours, the one before it no longer.")
            .ProducesErrors(AuthError.NotFound, AuthError.ClientConfigured, AuthError.ClientPublic);

        return endpoints;
    }

    private static async Task<Ok<Page<OAuthClientResponse>>> ListAsync(
        OAuthClientListQuery query, OAuthClientService clients, CancellationToken cancellationToken)
    {
        var found = await clients.ListAsync(query, cancellationToken);
        var last = found.Count > query.Limit ? found[query.Limit - 1] : null;
        return TypedResults.Ok(new Page<OAuthClientResponse>
        {
            Items = [.. found.Take(query.Limit).Select(OAuthClientResponse.From)],
            NextCursor = last is null ? null : PageCursor.Write(last.CreatedAt ?? OAuthClientListQuery.Configured, last.Client.Id),
        });
    }

    private static async Task<Results<Created<CreatedOAuthClientResponse>, ProblemResult>> CreateAsync(
        CreateOAuthClientRequest request,
        CurrentUser caller,
        ClientInfo client,
        OAuthClientService clients,
        HttpRequest http,
        CancellationToken cancellationToken)
    {
        var wanted = request.ToClient();
        if (ClientConflict.Find(wanted) is { Count: > 0 } conflicts)
            return new ProblemResult(AuthError.ValidationFailed, conflicts);

        var created = await clients.CreateAsync(wanted, caller.Actor, client, cancellationToken);
        return created.IsSuccess
            ? TypedResults.Created(
                http.PathBase + $"/api/oauth-clients/{created.Value.Listed.Client.Id}", CreatedOAuthClientResponse.From(created.Value))
            : created.Error.ToProblem();
    }

    private static async Task<Results<Ok<OAuthClientResponse>, ProblemResult>> GetAsync(
        string id, OAuthClientService clients, CancellationToken cancellationToken) =>
        await clients.FindAsync(id, cancellationToken) is { } found
            ? TypedResults.Ok(OAuthClientResponse.From(found))
            : AuthError.NotFound.ToProblem();

    private static async Task<Results<Ok<OAuthClientResponse>, ProblemResult>> UpdateAsync(
        string id,
        UpdateOAuthClientRequest request,
        CurrentUser caller,
        ClientInfo client,
        OAuthClientService clients,
        CancellationToken cancellationToken)
    {
        var updated = await clients.UpdateAsync(id, request.ApplyTo, caller.Actor, client, cancellationToken);
        return updated.Match<Results<Ok<OAuthClientResponse>, ProblemResult>>(
            changed => TypedResults.Ok(OAuthClientResponse.From(changed)),
            error => error.ToProblem(),
            conflicts => new ProblemResult(AuthError.ValidationFailed, conflicts));
    }

    private static async Task<Results<NoContent, ProblemResult>> DeleteAsync(
        string id, CurrentUser caller, ClientInfo client, OAuthClientService clients, CancellationToken cancellationToken)
    {
        var deleted = await clients.DeleteAsync(id, caller.Actor, client, cancellationToken);
        return deleted.IsSuccess ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }

    private static async Task<Results<Created<CreatedOAuthClientResponse>, ProblemResult>> RotateSecretAsync(
        string id,
        CurrentUser caller,
        ClientInfo client,
        OAuthClientService clients,
        HttpRequest http,
        CancellationToken cancellationToken)
    {
        var rotated = await clients.RotateSecretAsync(id, caller.Actor, client, cancellationToken);
        return rotated.IsSuccess
            ? TypedResults.Created(
                http.PathBase + $"/api/oauth-clients/{rotated.Value.Listed.Client.Id}", CreatedOAuthClientResponse.From(rotated.Value))
            : rotated.Error.ToProblem();
    }
}
