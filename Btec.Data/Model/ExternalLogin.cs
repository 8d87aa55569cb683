namespace Btec.Data.Model;

/// <summary>A login that was sent to an external provider and waits for its answer. The <c>state</c> names it; the row is deleted on
/// use.</summary>
public sealed class ExternalLogin
{
    /// <summary>The SHA-256 of the <c>state</c>.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The name of the provider that must answer.</summary>
    public required string Provider { get; init; }

    /// <summary>The SHA-256 of the cookie of the browser that must bring the answer, or <see langword="null"/> if no browser began the
    /// login.</summary>
    public byte[]? BrowserHash { get; init; }

    public required string Nonce { get; init; }

    /// <summary>The code verifier for the provider (RFC 7636).</summary>
    public required string CodeVerifier { get; init; }

    /// <summary>The redirect URI of the client that began the login.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>The S256 code challenge of the client that began the login.</summary>
    public required string CodeChallenge { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
