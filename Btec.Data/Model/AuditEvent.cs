namespace Btec.Data.Model;

/// <summary>An action or a refused attempt. It is written in the transaction of what it records and never updated; each row of a
/// chain contains the hash of the one before.</summary>
public sealed class AuditEvent
{
    /// <summary>The maximum length of a type, in characters; see <see cref="Audit.AuditTypes"/>.</summary>
    public const int TypeMaxLength = 64;

    /// <summary>The maximum length of an outcome, in characters: <c>success</c>, or the code of the error in the
    /// response.</summary>
    public const int OutcomeMaxLength = 64;

    /// <summary>The length of a trace id, in characters (W3C Trace Context section 3.2.2.3).</summary>
    public const int TraceIdLength = 32;

    /// <summary>A UUID of version 7 (RFC 9562 section 5.7).</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required string Type { get; init; }

    public required string Outcome { get; init; }

    /// <summary>The user who acted; <see langword="null"/> if unknown, and for the system.</summary>
    public int? ActorId { get; init; }

    /// <summary>The user whom the event is about. Not a foreign key: the event outlives the user.</summary>
    public int? UserId { get; init; }

    public Guid? SessionId { get; init; }

    public string? Address { get; init; }

    public string? UserAgent { get; init; }

    public string? TraceId { get; init; }

    /// <summary>More facts as a JSON object; never a secret, never the address of an unknown person.</summary>
    public string? Details { get; init; }

    public short ChainId { get; set; }

    /// <summary>The position in the chain, counted from 1.</summary>
    public long Position { get; set; }

    /// <summary>The SHA-256 of the event and the previous hash, 32 bytes.</summary>
    public byte[] Hash { get; set; } = [];
}
