namespace Btec.Data.Model;

/// <summary>The end of one of several chains of audit events. There are several so that writers need not wait for each
/// other.</summary>
public sealed class AuditChain
{
    /// <summary>The number of chains, and so of transactions that append at once without waiting. An estimate: a process has at
    /// most 20 connections.</summary>
    public const short Count = 16;

    public required short Id { get; init; }

    /// <summary>The number of events ever written to the chain.</summary>
    public long Length { get; set; }

    /// <summary>The hash of the last event; 32 zero bytes in an empty chain.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>The number of expired events removed from the beginning of the chain.</summary>
    public long Pruned { get; set; }

    /// <summary>The hash of the last event removed, which the first remaining event continues.</summary>
    public required byte[] PrunedHash { get; set; }

    /// <summary>The HMAC of the members above under a key derived from <c>Jwt:SigningKey</c>; see
    /// <see cref="Audit.AuditEnds"/>.</summary>
    public byte[]? EndsMac { get; set; }
}
