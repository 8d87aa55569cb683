namespace Btec.Data.Model;

/// <summary>A passkey of a user: a discoverable credential with user verification (Web Authentication Level 3).</summary>
public sealed class Passkey
{
    /// <summary>The maximum length of a credential id, in bytes (Web Authentication Level 3, section "credential ID").</summary>
    public const int CredentialIdMaxLength = 1023;

    /// <summary>The maximum length of a name, in code points: enough for the name of a device. An estimate.</summary>
    public const int NameMaxLength = 120;

    /// <summary>The maximum length of the list of transports, in characters.</summary>
    public const int TransportsMaxLength = 128;

    /// <summary>A UUID of version 7.</summary>
    public required Guid Id { get; init; }

    public required int UserId { get; init; }

    public User? User { get; init; }

    public string? Name { get; set; }

    public required byte[] CredentialId { get; init; }

    /// <summary>The public key as COSE_Key (RFC 9052 section 7).</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>The AAGUID: the model of the authenticator, or zeros.</summary>
    public required Guid Aaguid { get; init; }

    /// <summary>The transports that the browser reported, separated by spaces.</summary>
    public required string Transports { get; init; }

    /// <summary>The signature counter. It grows with every use, or stays 0.</summary>
    public required long SignCount { get; set; }

    /// <summary>Gets a value indicating whether the passkey may be copied to other devices. It never changes.</summary>
    public required bool IsBackupEligible { get; init; }

    public required bool IsBackedUp { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; set; }
}
