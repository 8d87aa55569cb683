using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Btec.Api.Features.Pages;

/// <summary>The HTML of the pages: a layout around the page, with placeholders such as <c>{{key}}</c> for the texts of the catalog,
/// <c>{{asset:css/base.css}}</c> for the URLs of assets, and <c>{{base}}</c> for the path under which the system is published.</summary>
internal sealed partial class PageRenderer(PageFiles files, PageAssets assets, PageCatalogue catalog, PageSettings settings)
{
    private const string Layout = "_layout.html";

    /// <summary>The number of rendered pages that are kept. A header chooses the path under which a proxy publishes the system.</summary>
    private const int MaxKept = 100;

    /// <summary>Letters as they are; what has a meaning in HTML is escaped.</summary>
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly ConcurrentDictionary<(string File, string Language, string PathBase), PageBody> _kept = new();

    /// <summary>Returns a page in a language.</summary>
    public PageBody Render(string file, string language, PathString pathBase)
    {
        var key = (file, language, pathBase.Value ?? "");
        if (_kept.TryGetValue(key, out var kept))
            return kept;

        var page = new PageBody(Write(file, language, pathBase));
        if (_kept.Count < MaxKept)
            _kept.TryAdd(key, page);

        return page;
    }

    /// <summary>Writes a page.</summary>
    /// <param name="values">Further values of placeholders, or <see langword="null"/>.</param>
    public string Write(string file, string language, PathString pathBase, IReadOnlyDictionary<string, string>? values = null)
    {
        var area = file.Split('/')[0];
        var parts = files.ReadText(file).Split("<body>\n", 2);
        var root = pathBase.ToUriComponent();
        var html = files.ReadText(Layout)
            .Replace("{{page.head}}", PreloadModules(parts[0]) + parts[0].TrimEnd(), StringComparison.Ordinal)
            .Replace("{{page.body}}", parts[1].TrimEnd(), StringComparison.Ordinal)
            .Replace("{{page.text}}", $"{{{{asset:{PageCatalogue.ModuleOf(area, language)}}}}}", StringComparison.Ordinal)
            .Replace("{{page.brand}}", settings.Brand, StringComparison.Ordinal);
        return Placeholder().Replace(html, match =>
        {
            var name = match.Groups["name"].Value;
            return name switch
            {
                "base" => Html.Encode(root),
                "language" => language,
                _ when name.StartsWith("asset:", StringComparison.Ordinal) =>
                    Html.Encode($"{root}{PageEndpoints.AssetFolder}/{assets.Get(name[6..]).PublishedName}"),
                _ when values?.TryGetValue(name, out var value) == true => Html.Encode(value),
                _ when settings.Values.TryGetValue(name, out var setting) => Html.Encode(setting),
                _ => Html.Encode(catalog.Get(language, area, name).Replace("{site}", settings.SiteName, StringComparison.Ordinal)),
            };
        });
    }

    /// <summary>Names the modules that the scripts of a page import, so that browsers fetch them all at once.</summary>
    private string PreloadModules(string head)
    {
        var imports = Placeholder().Matches(head).Select(match => match.Groups["name"].Value)
            .Where(name => name.StartsWith("asset:", StringComparison.Ordinal) && name.EndsWith(".js", StringComparison.Ordinal))
            .SelectMany(name => assets.Get(name[6..]).Imports)
            .Distinct(StringComparer.Ordinal);
        return imports.Aggregate(
            new StringBuilder(),
            (links, import) => links.Append("<link rel=\"modulepreload\" href=\"{{asset:").Append(import).Append("}}\">\n")).ToString();
    }

    [GeneratedRegex(@"\{\{(?<name>[^{}]+)\}\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
