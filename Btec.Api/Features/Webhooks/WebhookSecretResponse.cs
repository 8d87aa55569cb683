using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.Webhooks;

/// <summary>A webhook with its new secret, which is shown once.</summary>
[JsonExample("""
    {
        "webhook": {
            "id": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69", "url": "https://shop.example.com/hooks/btec", "events": ["user.created"],
            "description": "The shop", "include_email": false, "is_active": true, "failing_since": null, "disabled_at": null,
            "disabled_reason": null, "previous_secret_expires_at": null, "created_at": "2026-01-31T09:30:00.000000Z"
        },
        "secret": "whsec_kC2o0X9Vq3m0lqWc1yZ8t4f6h2s7d5a9b1e3r0u6w8Y="
    }
    """)]
public sealed record WebhookSecretResponse
{
    /// <summary>The webhook.</summary>
    public required WebhookResponse Webhook { get; init; }

    /// <summary>The secret that signs the events, which cannot be shown again.</summary>
    public required Secret Secret { get; init; }

    internal static WebhookSecretResponse From(WebhookWithSecret created)
    {
        ArgumentNullException.ThrowIfNull(created);
        return new WebhookSecretResponse { Webhook = WebhookResponse.From(created.Webhook), Secret = created.Secret };
    }
}
