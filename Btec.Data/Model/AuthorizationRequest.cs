namespace Btec.Data.Model;

/// <summary>A valid authorization request that waits for its user to sign in or to consent. The sign-in page has its id; the row is
/// deleted once it is answered.</summary>
public sealed class AuthorizationRequest
{
    /// <summary>The SHA-256 of the id, which has 256 random bits.</summary>
    public required byte[] Hash { get; init; }

    public required string ClientId { get; init; }

    public required string RedirectUri { get; init; }

    /// <summary>The granted scopes, separated by spaces.</summary>
    public required string Scope { get; init; }

    public string? State { get; init; }

    public string? Nonce { get; init; }

    /// <summary>The S256 code challenge (RFC 7636 section 4.2).</summary>
    public required string CodeChallenge { get; init; }

    public string? Resource { get; init; }

    /// <summary>The values of <c>prompt</c>, separated by spaces (OpenID Connect Core 1.0 section 3.1.2.1).</summary>
    public string? Prompt { get; init; }

    /// <summary>The <c>max_age</c>, in seconds.</summary>
    public int? MaxAge { get; init; }

    public string? AcrValues { get; init; }

    public string? LoginHint { get; init; }

    /// <summary>The id of the user whom the client expects by its <c>id_token_hint</c>, or <see langword="null"/> if it may be
    /// anybody.</summary>
    public int? ExpectedUserId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
