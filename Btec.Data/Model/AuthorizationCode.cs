using Btec.Data.Accounts;

namespace Btec.Data.Model;

/// <summary>An authorization code (RFC 6749 section 4.1.2). A used one stays until it is purged, so that a second use is
/// noticed.</summary>
public sealed class AuthorizationCode
{
    /// <summary>The SHA-256 of the code, which has 256 random bits.</summary>
    public required byte[] Hash { get; init; }

    public required string ClientId { get; init; }

    public required int UserId { get; init; }

    public User? User { get; init; }

    /// <summary>The session of the browser in which the user agreed. The code is void once it has ended.</summary>
    public required Guid BrowserSessionId { get; init; }

    public required string RedirectUri { get; init; }

    /// <summary>The granted scopes, separated by spaces.</summary>
    public required string Scope { get; init; }

    public string? Nonce { get; init; }

    /// <summary>The S256 code challenge (RFC 7636 section 4.2).</summary>
    public required string CodeChallenge { get; init; }

    public string? Resource { get; init; }

    /// <summary>The time at which the user last proved who they are.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>The methods by which they authenticated; see <see cref="AuthenticationMethods"/>.</summary>
    public required string Amr { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>The session that the code was exchanged for.</summary>
    public Guid? SessionId { get; set; }
}
