namespace Btec.Data.Model;

/// <summary>What somebody did, or tried. Written in the transaction of what it records, and never updated; each row of a chain
/// carries the hash of the one before.</summary>
public sealed class AuditEvent
{
    /// <summary>Characters of a type, see <see cref="Audit.AuditTypes"/>.</summary>
    public const int TypeMaxLength = 64;

    /// <summary>Characters of an outcome: <c>success</c>, or the code of the error that was answered.</summary>
    public const int OutcomeMaxLength = 64;

    /// <summary>Characters of a trace id (W3C Trace Context section 3.2.2.3).</summary>
    public const int TraceIdLength = 32;

    /// <summary>A UUID of version 7 (RFC 9562 section 5.7).</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required string Type { get; init; }

    public required string Outcome { get; init; }

    /// <summary>The user who did it; <see langword="null"/> for nobody known, and for the system.</summary>
    public int? ActorId { get; init; }

    /// <summary>The user whom it is about. No foreign key: the event outlives the user.</summary>
    public int? UserId { get; init; }

    public Guid? SessionId { get; init; }

    public string? Address { get; init; }

    public string? UserAgent { get; init; }

    public string? TraceId { get; init; }

    /// <summary>What else there is to know, as a JSON object; never a secret, never an address of somebody unknown.</summary>
    public string? Details { get; init; }

    public short ChainId { get; set; }

    /// <summary>Counts up from 1 in its chain.</summary>
    public long Position { get; set; }

    /// <summary>SHA-256 over the event and the hash of the one before it, in 32 bytes.</summary>
    public byte[] Hash { get; set; } = [];
}
