using System.Security.Cryptography;
using System.Text;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Data.Events;

/// <summary>The secrets of webhooks: how they look, how the database keeps them, and how they sign (Standard Webhooks 1.0.0).</summary>
public sealed class WebhookSecrets(DerivedKeys keys)
{
    /// <summary>The time for which the secret before a rotation signs too: 24 hours (the API contract).</summary>
    public static readonly TimeSpan RotationGrace = TimeSpan.FromHours(24);

    /// <summary>The prefix of a secret.</summary>
    public const string Prefix = "whsec_";

    /// <summary>The length of a secret, in bytes (Standard Webhooks asks for 24 to 64).</summary>
    public const int Length = 32;

    private readonly RowEncryption _box = new(keys.WebhookEncryption);

    /// <summary>Returns a new secret, and its encrypted form for the database.</summary>
    public (Secret Shown, byte[] Encrypted) Create(Guid webhookId)
    {
        var bytes = RandomNumberGenerator.GetBytes(Length);
        return (new Secret(Prefix + Convert.ToBase64String(bytes)), _box.Seal(bytes, RowIdOf(webhookId)));
    }

    /// <summary>Signs a body with each secret that is valid now, the current one first.</summary>
    /// <param name="webhook">The webhook.</param>
    /// <param name="id">The <c>webhook-id</c>.</param>
    /// <param name="time">The time of the attempt.</param>
    /// <param name="body">The body.</param>
    /// <returns>The <c>webhook-signature</c>, or <see langword="null"/> if the secret was encrypted under a <c>Jwt:SigningKey</c> that is
    /// not configured.</returns>
    public string? Sign(Webhook webhook, string id, DateTimeOffset time, string body)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        var content = Encoding.UTF8.GetBytes(FormattableString.Invariant($"{id}.{time.ToUnixTimeSeconds()}.{body}"));
        if (_box.Open(webhook.EncryptedSecret, RowIdOf(webhook.Id)) is not { } current)
            return null;

        var signature = Sign(current, content);
        return webhook.PreviousSecretExpiresAt > time
            && webhook.EncryptedPreviousSecret is { } encrypted && _box.Open(encrypted, RowIdOf(webhook.Id)) is { } previous
                ? $"{signature} {Sign(previous, content)}"
                : signature;
    }

    internal byte[]? Renew(byte[] encrypted, Guid webhookId) => _box.Renew(encrypted, RowIdOf(webhookId));

    private static string Sign(byte[] secret, byte[] content) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, content));

    private static string RowIdOf(Guid webhookId) => webhookId.ToString("D");
}
