using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Clients;

/// <summary>The clients of the setting <c>OAuth:Clients</c>.</summary>
internal sealed class ConfiguredClients
{
    private readonly FrozenDictionary<string, RegisteredClient> _clients;

    public ConfiguredClients(IOptions<OAuthOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        All = [.. options.Value.Clients.Select(Read).OrderBy(client => client.Id, StringComparer.Ordinal)];
        _clients = All.ToFrozenDictionary(client => client.Id, StringComparer.Ordinal);
    }

    /// <summary>The clients in the order of their ids.</summary>
    public IReadOnlyList<RegisteredClient> All { get; }

    public RegisteredClient? Find(string id) => _clients.GetValueOrDefault(id);

    internal static RegisteredClient Read(ClientOptions client) => new()
    {
        Id = client.Id ?? "",
        Name = client.Name?.Trim() ?? client.Id ?? "",
        IsConfidential = client.Secret is not null,
        IsFirstParty = client.FirstParty,
        MayIntrospect = client.MayIntrospect,
        RedirectUris = [.. client.RedirectUris.Select(uri => uri.Value)],
        PostLogoutRedirectUris = [.. client.PostLogoutRedirectUris.Select(uri => uri.Value)],
        Scopes = client.Scopes.Count == 0 ? ScopeRules.Standard : [.. client.Scopes.Select(scope => scope.Value)],
        GrantTypes = client.GrantTypes.Count == 0 ? GrantTypes.Default : [.. client.GrantTypes.Select(grant => grant.Value)],
        Resources = [.. client.Resources.Select(resource => resource.Value)],
        BackChannelLogoutUri = client.BackChannelLogoutUri,
        ClientUri = client.ClientUri,
        SecretHashes = client.Secret is { } secret ? [ClientSecret.Hash(secret)] : [],
    };
}
