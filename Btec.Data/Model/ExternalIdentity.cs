namespace Btec.Data.Model;

/// <summary>A login at an external provider that opens a user's account. It is known only by issuer and subject (OpenID Connect Core 1.0
/// section 5.7): an e-mail address can change hands.</summary>
public sealed class ExternalIdentity
{
    /// <summary>The maximum length of an issuer, in characters. An estimate: issuers are short URLs.</summary>
    public const int IssuerMaxLength = 255;

    /// <summary>The maximum length of a subject, in characters (OpenID Connect Core 1.0 section 2).</summary>
    public const int SubjectMaxLength = 255;

    /// <summary>The maximum length of the name of a provider, in characters. An estimate: it is part of a URL.</summary>
    public const int ProviderMaxLength = 32;

    /// <summary>A UUID of version 7.</summary>
    public required Guid Id { get; init; }

    public required int UserId { get; init; }

    public User? User { get; init; }

    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    /// <summary>The name of the provider in the configuration when the login was linked.</summary>
    public required string Provider { get; init; }

    /// <summary>The address that the provider named when the login was linked, for people to recognize it.</summary>
    public string? Email { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; set; }
}
