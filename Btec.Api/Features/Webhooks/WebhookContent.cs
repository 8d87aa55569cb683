using Btec.Data.Model;

namespace Btec.Api.Features.Webhooks;

/// <summary>The members of a webhook that a superuser chooses.</summary>
internal sealed record WebhookContent(string Url, IReadOnlyList<string> Events, string? Description, bool IncludeEmail, bool IsActive)
{
    public static WebhookContent Of(Webhook webhook) =>
        new(webhook.Url, webhook.Events, webhook.Description, webhook.IncludeEmail, webhook.IsActive);

    public static IReadOnlyList<string> Sort(IEnumerable<string> types) =>
        [.. types.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Sets the members of a webhook.</summary>
    /// <returns>The names of those that changed, as in JSON.</returns>
    public IReadOnlyList<string> ApplyTo(Webhook webhook)
    {
        var before = Of(webhook);
        (webhook.Url, webhook.Events, webhook.Description) = (Url, Events, Description);
        (webhook.IncludeEmail, webhook.IsActive) = (IncludeEmail, IsActive);
        return
        [
            .. before.Url != Url ? ["url"] : Array.Empty<string>(),
            .. before.Events.SequenceEqual(Events, StringComparer.Ordinal) ? Array.Empty<string>() : ["events"],
            .. before.Description != Description ? ["description"] : Array.Empty<string>(),
            .. before.IncludeEmail != IncludeEmail ? ["include_email"] : Array.Empty<string>(),
            .. before.IsActive != IsActive ? ["is_active"] : Array.Empty<string>(),
        ];
    }
}
