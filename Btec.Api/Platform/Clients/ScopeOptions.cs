namespace Btec.Api.Platform.Clients;

/// <summary>A scope of the setting <c>OAuth:Scopes</c>.</summary>
/// <param name="Path">The name of the setting.</param>
/// <param name="Name">The scope.</param>
/// <param name="Description">The rights that it gives a client, as the page of consent shows them.</param>
internal sealed record ScopeOptions(string Path, string? Name, string? Description)
{
    public static ScopeOptions Read(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return new ScopeOptions(section.Path, section["Name"], section["Description"]);
    }
}
