using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Data.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace Btec.Api.Features.Webhooks;

/// <summary>The routes with which superusers follow deliveries to a webhook.</summary>
internal static class DeliveryEndpoints
{
    public static IEndpointRouteBuilder MapDeliveries(this IEndpointRouteBuilder endpoints)
    {
        var webhook = endpoints.MapGroup("/api/webhooks/{id:guid}").WithTags("Events")
            .RequireAuthorization(BearerAuthentication.SuperuserPolicy)
            .RequireStepUp();

        webhook.MapPost("/test", TestAsync)
            .LimitCaller(RatePolicy.Administration)
            .WithName("TestWebhook")
            .WithSummary("Send an event of the type webhook.test")
            .WithDescription("It is sent whatever types of events the webhook asks for. The list of deliveries shows the result.")
            .ProducesErrors(AuthError.NotFound, AuthError.WebhookInactive);

        webhook.MapGet("/deliveries", ListAsync)
            .WithName("ListWebhookDeliveries")
            .WithSummary("List the deliveries to a webhook, newest first")
            .WithDescription("A delivery is deleted a week after it was sent or abandoned.")
            .WithQueryParameter("status", JsonSchemaType.String, "pending, sent or abandoned.")
            .WithPaging()
            .ProducesErrors(AuthError.NotFound);

        webhook.MapPost("/deliveries/{deliveryId:guid}/retry", RetryAsync)
            .LimitCaller(RatePolicy.Administration)
            .WithName("RetryWebhookDelivery")
            .WithSummary("Send the event of a delivery again")
            .WithDescription("The new delivery has the same event_id, which is the webhook-id, and the same body.")
            .ProducesErrors(AuthError.NotFound, AuthError.WebhookInactive);

        return endpoints;
    }

    private static async Task<Results<Accepted<WebhookDeliveryResponse>, ProblemResult>> TestAsync(
        string id, DeliveryService deliveries, CancellationToken cancellationToken) =>
        ResourceId.ParseUuid(id) is { } webhookId
            ? Show(await deliveries.TestAsync(webhookId, cancellationToken))
            : AuthError.NotFound.ToProblem();

    private static async Task<Results<Ok<Page<WebhookDeliveryResponse>>, ProblemResult>> ListAsync(
        string id, DeliveryListQuery query, DeliveryService deliveries, CancellationToken cancellationToken)
    {
        if (ResourceId.ParseUuid(id) is not { } webhookId
            || await deliveries.ListAsync(webhookId, query, cancellationToken) is not { } found)
            return AuthError.NotFound.ToProblem();

        var last = found.Count > query.Limit ? found[query.Limit - 1] : null;
        return TypedResults.Ok(new Page<WebhookDeliveryResponse>
        {
            Items = [.. found.Take(query.Limit).Select(WebhookDeliveryResponse.From)],
            NextCursor = last is null ? null : PageCursor.Write(last.CreatedAt, last.Id),
        });
    }

    private static async Task<Results<Accepted<WebhookDeliveryResponse>, ProblemResult>> RetryAsync(
        string id, string deliveryId, DeliveryService deliveries, CancellationToken cancellationToken) =>
        ResourceId.ParseUuid(id) is { } webhookId && ResourceId.ParseUuid(deliveryId) is { } former
            ? Show(await deliveries.RetryAsync(webhookId, former, cancellationToken))
            : AuthError.NotFound.ToProblem();

    private static Results<Accepted<WebhookDeliveryResponse>, ProblemResult> Show(Result<WebhookDelivery> added) => added.IsSuccess
        ? TypedResults.Accepted((string?)null, WebhookDeliveryResponse.From(added.Value))
        : added.Error.ToProblem();
}
