using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Webhooks;

/// <summary>The routes with which superusers administer webhooks.</summary>
internal static class WebhookEndpoints
{
    private const string One = "/{id:guid}";

    public static IEndpointRouteBuilder MapWebhooks(this IEndpointRouteBuilder endpoints)
    {
        var webhooks = endpoints.MapGroup("/api/webhooks").WithTags("Events")
            .RequireAuthorization(BearerAuthentication.SuperuserPolicy)
            .RequireStepUp();

        webhooks.MapGet("", ListAsync)
            .WithName("ListWebhooks")
            .WithSummary("List webhooks, newest first");

        webhooks.MapPost("", CreateAsync)
            .LimitCaller(RatePolicy.Administration)
            .WithName("CreateWebhook")
            .WithSummary("Create a webhook")
            .WithDescription("Only this answer shows the secret that signs the events (Standard Webhooks 1.0.0).")
            .Accepts<CreateWebhookRequest>("application/json")
            .ProducesErrors(AuthError.TooManyWebhooks);

        webhooks.MapGet(One, GetAsync)
            .WithName("GetWebhook")
            .WithSummary("Get a webhook")
            .ProducesErrors(AuthError.NotFound);

        webhooks.MapPatch(One, UpdateAsync)
            .LimitCaller(RatePolicy.Administration)
            .WithName("UpdateWebhook")
            .WithSummary("Change a webhook")
            .WithDescription(
                "A member that is left out stays as it is (RFC 7396). Deliveries that wait are abandoned when is_active becomes false.")
            .Accepts<UpdateWebhookRequest>("application/json")
            .ProducesErrors(AuthError.NotFound);

        webhooks.MapDelete(One, DeleteAsync)
            .LimitCaller(RatePolicy.Administration)
            .WithName("DeleteWebhook")
            .WithSummary("Delete a webhook")
            .ProducesErrors(AuthError.NotFound);

        webhooks.MapPost($"{One}/secret", RotateSecretAsync)
            .LimitCaller(RatePolicy.Administration)
            .WithName("RotateWebhookSecret")
            .WithSummary("Give a webhook a new secret")
            .WithDescription("Only this answer shows it. For another 24 hours, events are signed with the former secret too.")
            .ProducesErrors(AuthError.NotFound);

        return endpoints;
    }

    private static async Task<Ok<WebhooksResponse>> ListAsync(WebhookService webhooks, CancellationToken cancellationToken) =>
        TypedResults.Ok(new WebhooksResponse { Items = [.. (await webhooks.ListAsync(cancellationToken)).Select(WebhookResponse.From)] });

    private static async Task<Results<Created<WebhookSecretResponse>, ProblemResult>> CreateAsync(
        CreateWebhookRequest request,
        CurrentUser caller,
        ClientInfo client,
        WebhookService webhooks,
        HttpRequest http,
        CancellationToken cancellationToken) =>
        Show(await webhooks.CreateAsync(request.ToContent(), caller.Actor, client, cancellationToken), http);

    private static async Task<Results<Ok<WebhookResponse>, ProblemResult>> GetAsync(
        string id, WebhookService webhooks, CancellationToken cancellationToken) =>
        ResourceId.ParseUuid(id) is { } webhookId && await webhooks.FindAsync(webhookId, cancellationToken) is { } found
            ? TypedResults.Ok(WebhookResponse.From(found))
            : AuthError.NotFound.ToProblem();

    private static async Task<Results<Ok<WebhookResponse>, ProblemResult>> UpdateAsync(
        string id,
        UpdateWebhookRequest request,
        CurrentUser caller,
        ClientInfo client,
        WebhookService webhooks,
        CancellationToken cancellationToken)
    {
        if (ResourceId.ParseUuid(id) is not { } webhookId)
            return AuthError.NotFound.ToProblem();

        var updated = await webhooks.UpdateAsync(webhookId, request.ApplyTo, caller.Actor, client, cancellationToken);
        return updated.IsSuccess ? TypedResults.Ok(WebhookResponse.From(updated.Value)) : updated.Error.ToProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> DeleteAsync(
        string id, CurrentUser caller, ClientInfo client, WebhookService webhooks, CancellationToken cancellationToken)
    {
        if (ResourceId.ParseUuid(id) is not { } webhookId)
            return AuthError.NotFound.ToProblem();

        var deleted = await webhooks.DeleteAsync(webhookId, caller.Actor, client, cancellationToken);
        return deleted.IsSuccess ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }

    private static async Task<Results<Created<WebhookSecretResponse>, ProblemResult>> RotateSecretAsync(
        string id,
        CurrentUser caller,
        ClientInfo client,
        WebhookService webhooks,
        HttpRequest http,
        CancellationToken cancellationToken) =>
        ResourceId.ParseUuid(id) is { } webhookId
            ? Show(await webhooks.RotateSecretAsync(webhookId, caller.Actor, client, cancellationToken), http)
            : AuthError.NotFound.ToProblem();

    private static Results<Created<WebhookSecretResponse>, ProblemResult> Show(Result<WebhookWithSecret> shown, HttpRequest http) =>
        shown.IsSuccess
            ? TypedResults.Created(http.PathBase + $"/api/webhooks/{shown.Value.Webhook.Id}", WebhookSecretResponse.From(shown.Value))
            : shown.Error.ToProblem();
}
