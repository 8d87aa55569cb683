using System.Reflection;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Webhooks;

/// <summary>The query string of the list of deliveries.</summary>
/// <param name="Status">The state of the deliveries.</param>
/// <param name="BeforeId">The last delivery of the previous page.</param>
/// <param name="Limit">The number of deliveries of a page.</param>
internal sealed record DeliveryListQuery(string? Status, Guid? BeforeId, int Limit) : IBindableFromHttpContext<DeliveryListQuery>
{
    public static ValueTask<DeliveryListQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new QueryFields(context);
        var status = query.Find("status");
        if (status is not (null or WebhookDeliveryResponse.Pending or WebhookDeliveryResponse.Sent or WebhookDeliveryResponse.Abandoned))
            query.Refuse("status", "Must be pending, sent or abandoned.");

        var cursor = query.Find("cursor");
        var before = cursor is null ? null : PageCursor.ReadMoment(cursor);
        if (cursor is not null && before is null)
            query.Refuse("cursor", PageCursor.Fault);

        var limit = query.FindInteger("limit", 1, PageCursor.MaxLimit) ?? PageCursor.DefaultLimit;
        return ValueTask.FromResult(query.Accept(new DeliveryListQuery(status, before?.Id, limit)));
    }
}
