namespace Btec.Data.Model;

/// <summary>An OAuth client that a superuser registered (RFC 6749 section 2). Those of the setting <c>OAuth:Clients</c> have no
/// row.</summary>
public sealed class OAuthClient
{
    /// <summary>The maximum length of a client id, in characters. An estimate; a generated one has 22.</summary>
    public const int IdMaxLength = 100;

    /// <summary>The maximum length of a name, in code points. An estimate: it is a line of the consent page.</summary>
    public const int NameMaxLength = 100;

    /// <summary>The <c>client_id</c>.</summary>
    public required string Id { get; init; }

    public required string Name { get; set; }

    /// <summary>Gets a value indicating whether the client can keep a secret and must authenticate (RFC 6749 section 2.1).</summary>
    public required bool IsConfidential { get; init; }

    /// <summary>Gets or sets a value indicating whether the client belongs to the operator: its users are not asked for consent,
    /// and its tokens open the API.</summary>
    public bool IsFirstParty { get; set; }

    /// <summary>Gets or sets a value indicating whether the client may introspect tokens (RFC 7662 section 2.1).</summary>
    public bool MayIntrospect { get; set; }

    public IReadOnlyList<string> RedirectUris { get; set; } = [];

    public IReadOnlyList<string> PostLogoutRedirectUris { get; set; } = [];

    /// <summary>The scopes that the client may ask for.</summary>
    public IReadOnlyList<string> Scopes { get; set; } = [];

    public IReadOnlyList<string> GrantTypes { get; set; } = [];

    /// <summary>The resources for which the client may ask for tokens (RFC 8707).</summary>
    public IReadOnlyList<string> Resources { get; set; } = [];

    /// <summary>The URI that is told of ended sessions (OpenID Connect Back-Channel Logout 1.0 section 2.2).</summary>
    public string? BackChannelLogoutUri { get; set; }

    /// <summary>The home page, which the consent page links to.</summary>
    public string? ClientUri { get; set; }

    /// <summary>The SHA-256 of the secret, which has 256 random bits.</summary>
    public byte[]? SecretHash { get; set; }

    /// <summary>The SHA-256 of the secret before the last rotation.</summary>
    public byte[]? PreviousSecretHash { get; set; }

    public DateTimeOffset? PreviousSecretExpiresAt { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
