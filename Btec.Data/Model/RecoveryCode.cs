namespace Btec.Data.Model;

/// <summary>A code that stands in for a lost second factor. It works once; the row is deleted on use.</summary>
public sealed class RecoveryCode
{
    /// <summary>The SHA-256 of the code. A slow hash is not needed for 120 random bits (NIST SP 800-63B-4 section 3.1.2.2).</summary>
    public required byte[] Hash { get; init; }

    public required int UserId { get; init; }

    public User? User { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
