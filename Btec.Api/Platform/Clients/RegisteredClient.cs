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
}
