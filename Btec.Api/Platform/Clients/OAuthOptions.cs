namespace Btec.Api.Platform.Clients;

/// <summary>The settings under <c>OAuth</c>.</summary>
internal sealed class OAuthOptions
{
    public const string SectionName = "OAuth";

    /// <summary>The clients that are known beside those that superusers registered. A client of the same id as one of theirs replaces
    /// it.</summary>
    public IList<ClientOptions> Clients { get; } = [];

    /// <summary>The scopes beside those of OpenID Connect.</summary>
    public IList<ScopeOptions> Scopes { get; } = [];

    /// <summary>The lifetime of a client's access tokens, from 1 second to 1 day. The default of one hour is from
    /// docs/contract.md.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Reads the settings. Lists are read with the names of their entries, which the binder does not keep.</summary>
    internal void Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(SectionName);
        AccessTokenLifetime = section.GetValue(nameof(AccessTokenLifetime), AccessTokenLifetime);
        foreach (var client in section.GetSection(nameof(Clients)).GetChildren())
            Clients.Add(ClientOptions.Read(client));

        foreach (var scope in section.GetSection(nameof(Scopes)).GetChildren())
            Scopes.Add(ScopeOptions.Read(scope));
    }
}
