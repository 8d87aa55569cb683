using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Btec.Data.Model;

namespace Btec.Api.Features.Webhooks;

/// <summary>A change of a webhook. Members that are left out stay as they are.</summary>
[JsonExample("""{"is_active": false}""")]
public sealed record UpdateWebhookRequest : IBindableFromHttpContext<UpdateWebhookRequest>
{
    /// <summary>The https URL that events are posted to, at most 2048 characters, on port 443.</summary>
    [ValidWebhookUrl]
    public Optional<string> Url { get; init; }

    /// <summary>The types of events.</summary>
    [ValidEventTypes]
    public Optional<IReadOnlyList<string>> Events { get; init; }

    /// <summary>A description for people, at most 255 characters; null or empty clears it.</summary>
    [ValidShortText(Webhook.DescriptionMaxLength)]
    public Optional<string?> Description { get; init; }

    /// <summary>True if events contain the user's e-mail address.</summary>
    public Optional<bool> IncludeEmail { get; init; }

    /// <summary>False to send no more events; what waits is abandoned then. True to send the events from now on.</summary>
    public Optional<bool> IsActive { get; init; }

    internal WebhookContent ApplyTo(WebhookContent current)
    {
        ArgumentNullException.ThrowIfNull(current);
        return new WebhookContent(
            Url.Or(current.Url)!,
            Events.IsGiven ? WebhookContent.Sort(Events.Value!) : current.Events,
            Description.IsGiven ? ShortText.Normalize(Description.Value) : current.Description,
            IncludeEmail.Or(current.IncludeEmail),
            IsActive.Or(current.IsActive));
    }

    public static ValueTask<UpdateWebhookRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<UpdateWebhookRequest>(context);
}
