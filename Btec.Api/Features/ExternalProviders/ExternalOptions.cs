using Btec.Api.Platform.Clients;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The settings under <c>External</c>.</summary>
internal sealed class ExternalOptions
{
    public const string SectionName = "External";

    /// <summary>The providers at which people can sign in, in the order in which the pages show them.</summary>
    public IList<ExternalProviderOptions> Providers { get; } = [];

    /// <summary>The redirect URIs of clients beside those of first-party clients and the built-in pages.</summary>
    public IList<SettingText> RedirectUris { get; } = [];

    /// <summary>Reads the settings. Lists are read with the names of their entries, which the binder does not keep.</summary>
    internal void Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(SectionName);
        foreach (var provider in section.GetSection(nameof(Providers)).GetChildren())
            Providers.Add(ExternalProviderOptions.Read(provider));

        foreach (var uri in SettingText.ReadList(section.GetSection(nameof(RedirectUris))))
            RedirectUris.Add(uri);
    }
}
