namespace Btec.Data.Model;

/// <summary>The statement of an external provider about a person. A one-time code or a link token names it; the row is deleted on
/// use.</summary>
public sealed class ExternalProof
{
    /// <summary>The SHA-256 of the code or the token.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The S256 code challenge that a code is bound to, or <see langword="null"/> for a link token.</summary>
    public string? CodeChallenge { get; init; }

    /// <summary>The user whose account a link token may open, or <see langword="null"/> for a code.</summary>
    public int? UserId { get; init; }

    public User? User { get; init; }

    public required string Provider { get; init; }

    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    /// <summary>The address that the provider named, in its canonical form, or <see langword="null"/> if it named none that can be
    /// used.</summary>
    public string? Email { get; init; }

    /// <summary>Gets a value indicating whether the provider has verified the address and the configuration trusts it to.</summary>
    public bool IsEmailVerified { get; init; }

    public string? FullName { get; init; }

    public required DateTimeOffset ExpiresAt { get; set; }
}
