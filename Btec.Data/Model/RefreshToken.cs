namespace Btec.Data.Model;

/// <summary>One refresh token of a session, known by its hash alone. A used one stays until its session goes, so that a copy of
/// it is recognised.</summary>
public sealed class RefreshToken
{
    /// <summary>SHA-256 of the token, in 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    public required Guid SessionId { get; init; }

    public Session? Session { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the token expires if it is not used.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the token was exchanged for its successor.</summary>
    public DateTimeOffset? ConsumedAt { get; set; }

    /// <summary>The token that it was exchanged for.</summary>
    public byte[]? SuccessorHash { get; set; }
}
