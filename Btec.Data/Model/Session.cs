using Btec.Data.Accounts;

namespace Btec.Data.Model;

/// <summary>A login on a device. Access tokens name it in the claim <c>sid</c> and are valid only while it lives.</summary>
public sealed class Session
{
    /// <summary>The maximum length of a stored <c>User-Agent</c>, in characters: enough to tell devices apart. Longer ones are
    /// cut.</summary>
    public const int UserAgentMaxLength = 255;

    /// <summary>The length of the longest address, in characters: IPv6 with an embedded IPv4 address (RFC 4291 section
    /// 2.2).</summary>
    public const int AddressMaxLength = 45;

    /// <summary>A UUID of version 7, so that new rows lie together in the index (RFC 9562 section 5.7).</summary>
    public required Guid Id { get; init; }

    public required int UserId { get; init; }

    public User? User { get; init; }

    public string? UserAgent { get; init; }

    public string? Address { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time of the last request, to the minute.</summary>
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>The time at which the session expires. Each refresh moves it, up to the absolute lifetime.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>The time at which the session was ended before it expired.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>The <see cref="User.SessionEpoch"/> that the session belongs to. It ends with its epoch, see
    /// <see cref="SessionRevocation"/>.</summary>
    public int Epoch { get; init; }

    /// <summary>The time at which the user last proved who they are, or <see langword="null"/> in a session from before this was
    /// recorded: then it is <see cref="CreatedAt"/>.</summary>
    public DateTimeOffset? AuthTime { get; set; }

    /// <summary>The authentication methods of the session, as <see cref="AuthenticationMethods"/> writes it.</summary>
    public string Amr { get; set; } = AuthenticationMethods.Password;

    /// <summary>The passkey that signed the user in, or the first one that proved it again later. The session ends when that passkey is
    /// removed.</summary>
    public Guid? PasskeyId { get; set; }

    /// <summary>The SHA-256 of the family of the session's refresh tokens, or <see langword="null"/> until a session from before
    /// families is refreshed. It identifies the session of a token whose own row has been deleted.</summary>
    public byte[]? TokenFamily { get; set; }

    /// <summary>The client that the session was started for, or <see langword="null"/> for those of the API's own routes and of
    /// browsers.</summary>
    public string? ClientId { get; init; }

    /// <summary>The scopes that the client was granted, separated by spaces.</summary>
    public string? Scope { get; init; }

    /// <summary>The resource that the client's access tokens are for (RFC 8707).</summary>
    public string? Resource { get; init; }

    /// <summary>The browser's session in which the user agreed to the client.</summary>
    public Guid? BrowserSessionId { get; init; }

    /// <summary>The SHA-256 of the cookie of a browser's session, which has 256 random bits.</summary>
    public byte[]? BrowserHash { get; init; }
}
