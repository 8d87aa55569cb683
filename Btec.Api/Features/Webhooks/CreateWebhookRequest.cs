using System.Reflection;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Btec.Data.Model;

namespace Btec.Api.Features.Webhooks;

/// <summary>A webhook to create.</summary>
[JsonExample("""{"url": "https://shop.example.com/hooks/btec", "events": ["user.created", "user.deleted"], "description": "The shop"}""")]
public sealed record CreateWebhookRequest : IBindableFromHttpContext<CreateWebhookRequest>
{
    /// <summary>The https URL that events are posted to, at most 2048 characters, on port 443.</summary>
    [ValidWebhookUrl]
    public required string Url { get; init; }

    /// <summary>The types of events.</summary>
    [ValidEventTypes]
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>A description for people, at most 255 characters, or null.</summary>
    [ValidShortText(Webhook.DescriptionMaxLength)]
    public string? Description { get; init; }

    /// <summary>True if events contain the user's e-mail address.</summary>
    public bool IncludeEmail { get; init; }

    internal WebhookContent ToContent() => new(Url, WebhookContent.Sort(Events), ShortText.Normalize(Description), IncludeEmail, IsActive: true);

    public static ValueTask<CreateWebhookRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<CreateWebhookRequest>(context);
}
