using Btec.Data.Keys;

namespace Btec.Api.Platform.Clients;

/// <summary>A client of the setting <c>OAuth:Clients</c>.</summary>
internal sealed record ClientOptions
{
    /// <summary>The name of the setting.</summary>
    public required string Path { get; init; }

    public string? Id { get; init; }

    public string? Name { get; init; }

    /// <summary>The secret of a confidential client. A client without one is public.</summary>
    public Secret? Secret { get; init; }

    public bool FirstParty { get; init; }

    public bool MayIntrospect { get; init; }

    public required IReadOnlyList<SettingText> RedirectUris { get; init; }

    public required IReadOnlyList<SettingText> PostLogoutRedirectUris { get; init; }

    public required IReadOnlyList<SettingText> Scopes { get; init; }

    public required IReadOnlyList<SettingText> GrantTypes { get; init; }

    public required IReadOnlyList<SettingText> Resources { get; init; }

    public string? BackChannelLogoutUri { get; init; }

    public string? ClientUri { get; init; }

    public static ClientOptions Read(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return new ClientOptions
        {
            Path = section.Path,
            Id = section[nameof(Id)],
            Name = section[nameof(Name)],
            Secret = section.GetValue<Secret?>(nameof(Secret)),
            FirstParty = section.GetValue(nameof(FirstParty), defaultValue: false),
            MayIntrospect = section.GetValue(nameof(MayIntrospect), defaultValue: false),
            RedirectUris = SettingText.ReadList(section.GetSection(nameof(RedirectUris))),
            PostLogoutRedirectUris = SettingText.ReadList(section.GetSection(nameof(PostLogoutRedirectUris))),
            Scopes = SettingText.ReadList(section.GetSection(nameof(Scopes))),
            GrantTypes = SettingText.ReadList(section.GetSection(nameof(GrantTypes))),
            Resources = SettingText.ReadList(section.GetSection(nameof(Resources))),
            BackChannelLogoutUri = Find(section, nameof(BackChannelLogoutUri)),
            ClientUri = Find(section, nameof(ClientUri)),
        };
    }

    private static string? Find(IConfigurationSection section, string name) => section[name] is { Length: > 0 } value ? value : null;
}
