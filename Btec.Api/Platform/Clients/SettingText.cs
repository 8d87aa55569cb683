namespace Btec.Api.Platform.Clients;

/// <summary>An entry of a setting that is a list, with the name of its own setting.</summary>
internal sealed record SettingText(string Path, string Value)
{
    /// <summary>Reads a list (<c>…:0</c> and so on), or one value with spaces between the entries.</summary>
    public static IReadOnlyList<SettingText> ReadList(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return
        [
            .. section.GetChildren().Where(child => child.Value is not null).Select(child => new SettingText(child.Path, child.Value!)),
            .. (section.Value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(value => new SettingText(section.Path, value)),
        ];
    }
}
