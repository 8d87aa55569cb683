using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.Webhooks;

/// <summary>A webhook.</summary>
[JsonExample("""
    {
        "id": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69", "url": "https://shop.example.com/hooks/btec", "events": ["user.created", "user.deleted"],
        "description": "The shop", "include_email": false, "is_active": true, "failing_since": null, "disabled_at": null,
        "disabled_reason": null, "previous_secret_expires_at": null, "created_at": "2026-01-31T09:30:00.000000Z"
    }
    """)]
public sealed record WebhookResponse
{
    /// <summary>The webhook's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The URL that events are posted to.</summary>
    public required string Url { get; init; }

    /// <summary>The types of events.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>The description, or null.</summary>
    public required string? Description { get; init; }

    /// <summary>True if events contain the user's e-mail address.</summary>
    public required bool IncludeEmail { get; init; }

    /// <summary>True if events are sent.</summary>
    public required bool IsActive { get; init; }

    /// <summary>The time of the first failure since the last success, or null. After 5 days of failures the webhook is disabled.</summary>
    public required DateTimeOffset? FailingSince { get; init; }

    /// <summary>The time at which the system disabled the webhook, or null.</summary>
    public required DateTimeOffset? DisabledAt { get; init; }

    /// <summary>gone if the receiver answered 410, failing after 5 days of failures, or null.</summary>
    public required string? DisabledReason { get; init; }

    /// <summary>The time until which the secret before the last rotation signs too, or null.</summary>
    public required DateTimeOffset? PreviousSecretExpiresAt { get; init; }

    /// <summary>The time at which the webhook was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    internal static WebhookResponse From(Webhook webhook)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        return new WebhookResponse
        {
            Id = webhook.Id,
            Url = webhook.Url,
            Events = webhook.Events,
            Description = webhook.Description,
            IncludeEmail = webhook.IncludeEmail,
            IsActive = webhook.IsActive,
            FailingSince = webhook.FailingSince,
            DisabledAt = webhook.DisabledAt,
            DisabledReason = webhook.DisabledReason,
            PreviousSecretExpiresAt = webhook.PreviousSecretExpiresAt,
            CreatedAt = webhook.CreatedAt,
        };
    }
}
