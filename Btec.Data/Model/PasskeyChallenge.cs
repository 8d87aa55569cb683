namespace Btec.Data.Model;

/// <summary>A challenge for a passkey, which works once; the row is deleted on use.</summary>
public sealed class PasskeyChallenge
{
    /// <summary>The SHA-256 of the <c>challenge_id</c>.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The user who adds a passkey; <see langword="null"/> for a challenge to be signed, which names nobody.</summary>
    public int? UserId { get; init; }

    public User? User { get; init; }

    /// <summary>The state that the verification needs, as JSON.</summary>
    public required string State { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
