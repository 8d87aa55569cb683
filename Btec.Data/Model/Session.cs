namespace Btec.Data.Model;

/// <summary>One login on one device. Access tokens name it in <c>sid</c> and die with it.</summary>
public sealed class Session
{
    /// <summary>Characters kept of a <c>User-Agent</c>: enough to tell devices apart (longer ones are cut).</summary>
    public const int UserAgentMaxLength = 255;

    /// <summary>Characters of an IPv6 address with an embedded IPv4 one, the longest form (RFC 4291 section 2.2).</summary>
    public const int AddressMaxLength = 45;

    /// <summary>A UUID of version 7, so that new rows lie together in the index (RFC 9562 section 5.7).</summary>
    public required Guid Id { get; init; }

    public required int UserId { get; init; }

    public User? User { get; init; }

    public string? UserAgent { get; init; }

    public string? Address { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>To the minute.</summary>
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>When the session ends by itself; each refresh moves it, up to its absolute lifetime.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When the session was ended before its time.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}
