namespace Btec.Data.Model;

/// <summary>An authenticator application of a user (RFC 6238).</summary>
public sealed class TotpFactor
{
    /// <summary>The maximum length of a name, in code points: enough for the name of a device. An estimate.</summary>
    public const int NameMaxLength = 120;

    /// <summary>A UUID of version 7.</summary>
    public required Guid Id { get; init; }

    public required int UserId { get; init; }

    public User? User { get; init; }

    public string? Name { get; init; }

    /// <summary>The shared secret, encrypted and bound to <see cref="Id"/>.</summary>
    public required byte[] EncryptedSecret { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time at which the user entered a code, or <see langword="null"/> while the factor does not count yet.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>The last time step that was accepted. No code of it, or of an earlier one, is accepted again (RFC 6238 section
    /// 5.2).</summary>
    public long LastStep { get; set; }
}
