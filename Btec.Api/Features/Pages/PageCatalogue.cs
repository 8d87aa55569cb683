using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Btec.Api.Features.Pages;

/// <summary>The texts of the pages: one file for each language. Its sections are the areas of the pages, such as <c>account</c>;
/// those of <c>common</c> are known to every page.</summary>
internal sealed partial class PageCatalogue(PageFiles files)
{
    /// <summary>The language for readers whose languages are not available.</summary>
    public const string DefaultLanguage = "en";

    private const string Common = "common";

    /// <summary>The section with the messages of the API, by their English words.</summary>
    private const string Messages = "messages";

    /// <summary>Letters as they are, but nothing that could end a script or an element.</summary>
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Refuses a catalog that has a key twice.</summary>
    private static readonly JsonSerializerOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> _languages =
        new(StringComparer.Ordinal);

    /// <summary>Gets the codes of the languages (RFC 5646), the default first.</summary>
    public IReadOnlyList<string> Languages { get; } =
    [
        .. files.Names.Select(name => Language().Match(name)).Where(match => match.Success).Select(match => match.Groups["code"].Value)
            .OrderBy(code => code != DefaultLanguage).ThenBy(code => code, StringComparer.Ordinal),
    ];

    /// <summary>Returns the texts of a language by section and key.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Get(string language) => _languages.GetOrAdd(language, Read);

    /// <summary>Returns a text.</summary>
    /// <exception cref="KeyNotFoundException">The area has no such text.</exception>
    public string Get(string language, string area, string key)
    {
        var sections = Get(language);
        return (sections.TryGetValue(area, out var own) && own.TryGetValue(key, out var text)) || sections[Common].TryGetValue(key, out text)
            ? text
            : throw new KeyNotFoundException($"The catalog has no text {key} for {area}.");
    }

    /// <summary>Returns the name of the module that gives the scripts of an area their texts.</summary>
    public static string ModuleOf(string area, string language) => $"text/{area}.{language}.js";

    /// <summary>Returns the content of a module with texts, or <see langword="null"/> if the name is of another file.</summary>
    public string? FindModule(string name)
    {
        var match = Module().Match(name);
        var (area, language) = (match.Groups["area"].Value, match.Groups["code"].Value);
        return match.Success && Languages.Contains(language, StringComparer.Ordinal) && Get(language).ContainsKey(area)
            ? WriteModule(area, language)
            : null;
    }

    private string WriteModule(string area, string language)
    {
        var (sections, english) = (Get(language), Get(DefaultLanguage)[Messages]);
        var texts = sections[Common].Concat(sections[area]).ToDictionary(StringComparer.Ordinal);
        var messages = language == DefaultLanguage
            ? new Dictionary<string, string>(StringComparer.Ordinal)
            : english.ToDictionary(message => message.Value, message => sections[Messages][message.Key], StringComparer.Ordinal);
        return $"globalThis.pageTexts = Object.freeze({JsonSerializer.Serialize(texts, Json)})\n"
            + $"globalThis.serverMessages = Object.freeze({JsonSerializer.Serialize(messages, Json)})\n";
    }

    private IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Read(string language) =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(files.ReadBytes($"text/{language}.json"), Strict)!
            .ToDictionary(section => section.Key, section => (IReadOnlyDictionary<string, string>)section.Value, StringComparer.Ordinal);

    [GeneratedRegex(@"^text/(?<code>[a-z]{2,3})\.json$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Language();

    [GeneratedRegex(@"^text/(?<area>[a-z]+)\.(?<code>[a-z]{2,3})\.js$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Module();
}
