using Btec.Data.Model;

namespace Btec.Api.Platform.Clients;

/// <summary>A client of the authorization server, from the setting <c>OAuth:Clients</c> or from the database.</summary>
internal sealed record RegisteredClient
{
    /// <summary>The <c>client_id</c>.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <inheritdoc cref="OAuthClient.IsConfidential"/>
    public bool IsConfidential { get; init; }

    /// <inheritdoc cref="OAuthClient.IsFirstParty"/>
    public bool IsFirstParty { get; init; }

    /// <inheritdoc cref="OAuthClient.MayIntrospect"/>
    public bool MayIntrospect { get; init; }

    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    public IReadOnlyList<string> PostLogoutRedirectUris { get; init; } = [];

    /// <inheritdoc cref="OAuthClient.Scopes"/>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyList<string> GrantTypes { get; init; } = [];

    /// <inheritdoc cref="OAuthClient.Resources"/>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <inheritdoc cref="OAuthClient.BackChannelLogoutUri"/>
    public string? BackChannelLogoutUri { get; init; }

    /// <inheritdoc cref="OAuthClient.ClientUri"/>
    public string? ClientUri { get; init; }

    /// <summary>The SHA-256 of the secrets that are valid now: the current one and, for 24 hours after a rotation, the one before.</summary>
    public IReadOnlyList<byte[]> SecretHashes { get; init; } = [];

    /// <summary>Returns whether the client may use a grant.</summary>
    public bool MayUse(string grantType) => GrantTypes.Contains(grantType, StringComparer.Ordinal);

    /// <summary>Returns whether the client may get tokens for a resource; <see langword="null"/> is this API.</summary>
    public bool MayAskFor(string? resource) => resource is null || Resources.Contains(resource, StringComparer.Ordinal);

    /// <summary>Returns whether nobody else can pretend to be the client at a redirect URI: it redeems codes with a secret, or the URI is
    /// that of an https host. Every program of a device can listen on a loopback address or claim a scheme (RFC 8252 section 8.6).</summary>
    public bool IsAssuredAt(string redirectUri)
    {
        ArgumentNullException.ThrowIfNull(redirectUri);
        return IsConfidential || redirectUri.StartsWith("https://", StringComparison.Ordinal);
    }

    /// <summary>Returns whether everything that the client asked for some time ago is still allowed.</summary>
    public bool MayStillAskFor(string redirectUri, string scope, string? resource) =>
        MayUse(Clients.GrantTypes.AuthorizationCode) && RedirectUri.IsRegistered(RedirectUris, redirectUri)
        && MayAskFor(resource) && Narrow(scope) == scope;

    /// <summary>Returns those of the granted scopes that the client may still have.</summary>
    public string Narrow(string? scope) =>
        string.Join(' ', GrantedScope.Split(scope).Where(name => Scopes.Contains(name, StringComparer.Ordinal)));
}
