using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Btec.Api.Features.Pages;

/// <summary>The styles, scripts and images of the pages under names that change with their content, so that browsers and caches may
/// keep them forever. Modules refer to each other by these names, too.</summary>
internal sealed partial class PageAssets(PageFiles files, PageCatalogue catalog, AccentStyle accent)
{
    /// <summary>The stylesheet with the color of the setting <c>Pages:Accent</c>.</summary>
    public const string AccentName = "css/accent.css";

    private readonly ConcurrentDictionary<string, Lazy<PageAsset>> _assets = new(StringComparer.Ordinal);

    /// <summary>Returns an asset by its name in the folder.</summary>
    public PageAsset Get(string name) => _assets.GetOrAdd(name, missing => new Lazy<PageAsset>(() => Load(missing))).Value;

    /// <summary>Returns an asset by its name in URLs, or <see langword="null"/> if there is none, or none with this content.</summary>
    public PageAsset? Find(string publishedName)
    {
        var match = Published().Match(publishedName);
        if (!match.Success)
            return null;

        var name = match.Groups["stem"].Value + match.Groups["extension"].Value;
        return (files.Contains(name) || IsGenerated(name)) && FindContentType(name) is not null
            && Get(name) is { } asset && asset.PublishedName == publishedName
            ? asset
            : null;
    }

    private PageAsset Load(string name)
    {
        var contentType = FindContentType(name) ?? throw new InvalidOperationException($"{name} is not an asset.");
        var imports = new List<string>();
        var body = name switch
        {
            AccentName => new PageBody(accent.Write()),
            _ when catalog.FindModule(name) is { } module => new PageBody(module),
            _ when name.EndsWith(".js", StringComparison.Ordinal) => new PageBody(Link(name, files.ReadText(name), imports)),
            _ => new PageBody(files.ReadBytes(name)),
        };
        var extension = Path.GetExtension(name);
        return new PageAsset(name, $"{name[..^extension.Length]}.{body.Hash}{extension}", contentType, body, imports);
    }

    /// <summary>Replaces the modules that a module imports by their published names.</summary>
    private string Link(string name, string text, List<string> imports) => Import().Replace(text, import =>
    {
        var imported = Get(Resolve(name, import.Value));
        imports.AddRange(imported.Imports.Append(imported.Name).Except(imports, StringComparer.Ordinal));
        return ToRelative(name, imported.PublishedName);
    });

    private bool IsGenerated(string name) => name == AccentName || catalog.FindModule(name) is not null;

    /// <summary>Returns the name of the module that another one refers to.</summary>
    private static string Resolve(string from, string reference) => new Uri(new Uri($"file:///{from}"), reference).AbsolutePath[1..];

    /// <summary>Returns the reference from one module to another, which works wherever the pages are published.</summary>
    private static string ToRelative(string from, string to) =>
        string.Concat(Enumerable.Repeat("../", from.Count(character => character == '/')).Prepend("./")) + to;

    private static string? FindContentType(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        _ => null,
    };

    [GeneratedRegex(
        @"(?<=\b(from|import)\s*\(?\s*')\.{1,2}/[^']+\.js(?=')", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Import();

    [GeneratedRegex(
        @"^(?<stem>[a-z0-9/.-]+)\.[0-9a-f]{16}(?<extension>\.[a-z]+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Published();
}
