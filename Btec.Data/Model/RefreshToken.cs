namespace Btec.Data.Model;

/// <summary>A refresh token of a session. Only its hash is stored. A used token stays until two later ones are used; after that,
/// a stolen copy is recognized by its family (docs/decisions/0001).</summary>
public sealed class RefreshToken
{
    /// <summary>The SHA-256 of the token, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    public required Guid SessionId { get; init; }

    public Session? Session { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time at which the token expires if it is not used.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The time at which the token was exchanged for its successor.</summary>
    public DateTimeOffset? ConsumedAt { get; set; }

    /// <summary>The SHA-256 of the successor.</summary>
    public byte[]? SuccessorHash { get; set; }

    /// <summary>The SHA-256 of the token that was exchanged for this one, or <see langword="null"/> for the first token of a session
    /// and for those from before families.</summary>
    public byte[]? PredecessorHash { get; init; }
}
