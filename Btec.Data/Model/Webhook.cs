namespace Btec.Data.Model;

/// <summary>A URL that is told of events (Standard Webhooks 1.0.0).</summary>
public sealed class Webhook
{
    /// <summary>The maximum length of a URL, in characters. An estimate.</summary>
    public const int UrlMaxLength = 2048;

    /// <summary>The maximum length of a description, in code points. An estimate: it is a line of a list.</summary>
    public const int DescriptionMaxLength = 255;

    /// <summary>The maximum length of the reason for which a webhook was disabled, in characters.</summary>
    public const int DisabledReasonMaxLength = 32;

    /// <summary>A UUID of version 7 (RFC 9562 section 5.7).</summary>
    public required Guid Id { get; init; }

    public required string Url { get; set; }

    public string? Description { get; set; }

    /// <summary>The types of events that the receiver wants.</summary>
    public IReadOnlyList<string> Events { get; set; } = [];

    /// <summary>Gets or sets a value indicating whether events contain the user's e-mail address.</summary>
    public bool IncludeEmail { get; set; }

    public bool IsActive { get; set; } = true;

    /// <summary>The secret, encrypted: signing needs it in the clear.</summary>
    public required byte[] EncryptedSecret { get; set; }

    /// <summary>The secret before the last rotation, which signs too until it expires.</summary>
    public byte[]? EncryptedPreviousSecret { get; set; }

    public DateTimeOffset? PreviousSecretExpiresAt { get; set; }

    /// <summary>The time of the first failure since the last success, or <see langword="null"/>.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>The time at which the system disabled the webhook, or <see langword="null"/>.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>The reason as a code.</summary>
    public string? DisabledReason { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
