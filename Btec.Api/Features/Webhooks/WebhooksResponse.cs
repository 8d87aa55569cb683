using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Webhooks;

/// <summary>All webhooks.</summary>
[JsonExample("""
    {
        "items": [
            {
                "id": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69", "url": "https://shop.example.com/hooks/btec", "events": ["user.created"],
                "description": "The shop", "include_email": false, "is_active": true, "failing_since": null, "disabled_at": null,
                "disabled_reason": null, "previous_secret_expires_at": null, "created_at": "2026-01-31T09:30:00.000000Z"
            }
        ]
    }
    """)]
public sealed record WebhooksResponse
{
    /// <summary>The webhooks, at most 50, newest first.</summary>
    public required IReadOnlyList<WebhookResponse> Items { get; init; }
}
