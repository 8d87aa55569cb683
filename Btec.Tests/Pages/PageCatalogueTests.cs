using System.Text.RegularExpressions;
using Btec.Api.Features.Pages;
using Btec.Data.Audit;
using Btec.Data.Events;
using Btec.Tests.Documentation;

namespace Btec.Tests.Pages;

/// <summary>The texts of the pages in every language.</summary>
public sealed partial class PageCatalogueTests
{
    /// <summary>The beginning of the keys of types of audit events.</summary>
    private const string Event = "admin.event.";

    /// <summary>The keys that scripts put together.</summary>
    private static readonly string[] Computed = [Event, "problem.", "scope.", "wait.seconds.", "wait.minutes."];

    /// <summary>The projects whose messages the pages show.</summary>
    private static readonly string[] Projects = ["Btec.Api", "Btec.Data"];

    private static readonly PageFiles Files = new();
    private static readonly PageCatalogue Catalogue = new(Files);

    public static TheoryData<string> Languages => [.. Catalogue.Languages];

    [Fact]
    public void English_and_German_are_shipped() => Assert.Equal(["en", "de"], Catalogue.Languages);

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_language_has_the_same_texts_with_the_same_values_to_fill_in(string language)
    {
        Assert.Equal(
            Describe(PageCatalogue.DefaultLanguage).Order(StringComparer.Ordinal), Describe(language).Order(StringComparer.Ordinal));
        Assert.All(TextsOf(language), text => Assert.False(string.IsNullOrWhiteSpace(text.Value), text.Key));
    }

    [Fact]
    public void A_key_is_in_one_section_only()
    {
        var keys = TextsOf("en").Select(text => text.Key).ToList();

        Assert.Equal(keys.Distinct(StringComparer.Ordinal), keys, StringComparer.Ordinal);
    }

    [Fact]
    public void Every_text_that_a_page_uses_is_known_to_its_area()
    {
        foreach (var file in Files.Names.Where(name => name.EndsWith(".html", StringComparison.Ordinal)))
        {
            var html = Files.ReadText(file);
            var area = file.Contains('/', StringComparison.Ordinal) ? file.Split('/')[0] : "common";
            var scripts = Asset().Matches(html).SelectMany(match => ModulesOf(match.Value)).Distinct(StringComparer.Ordinal);
            var used = Placeholder().Matches(html).Concat(scripts.SelectMany(script => Call().Matches(Files.ReadText(script))))
                .Select(match => match.Value)
                .Except(["base", "language", "site", "registration", "passkeys", "admin"], StringComparer.Ordinal)
                .Where(key => !key.StartsWith("page.", StringComparison.Ordinal));
            Assert.All(used, key => Assert.True(IsKnown(area, key), $"{file} uses {key}, which {area} does not have."));
        }
    }

    [Fact]
    public void Every_text_is_used()
    {
        var sources = string.Concat(Files.Names.Where(name => Path.GetExtension(name) is ".html" or ".js").Select(Files.ReadText));
        // Scripts choose some keys out of several, so it is enough that the key is written somewhere.
        var unused = Catalogue.Get("en").Where(section => section.Key != "messages").SelectMany(section => section.Value.Keys)
            .Where(key => !Computed.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)))
            .Where(key => !sources.Contains($"'{PluralForm().Replace(key, "")}'", StringComparison.Ordinal)
                && !sources.Contains($"{{{{{key}}}}}", StringComparison.Ordinal));

        Assert.Empty(unused);
    }

    [Fact]
    public void Every_message_that_is_translated_is_one_of_the_API()
    {
        var sources = Projects
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Documents.Root, project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Select(File.ReadAllText);
        // Numbers are constants in the code.
        var code = Number().Replace(string.Join('\n', sources), "N");

        Assert.All(Catalogue.Get("en")["messages"].Values, message => Assert.Contains(Number().Replace(message, "N"), code, StringComparison.Ordinal));
    }

    [Fact]
    public void The_audit_page_offers_every_type_of_event_and_each_has_a_name()
    {
        var types = typeof(AuditTypes).GetFields().Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal).ToList();

        var offered = Type().Matches(Files.ReadText("admin/events.js").Split("export const types = [")[1].Split(']')[0]);

        Assert.Equal(types, offered.Select(match => match.Value).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(
            types.Select(type => Event + type),
            TextsOf("en").Select(text => text.Key).Where(key => key.StartsWith(Event, StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public void The_form_of_webhooks_offers_every_type_of_event()
    {
        var offered = Type().Matches(Files.ReadText("admin/webhook-form.js").Split("export const eventTypes = [")[1].Split(']')[0]);

        Assert.Equal(EventTypes.All, offered.Select(match => match.Value).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    private static bool IsKnown(string area, string key)
    {
        var sections = Catalogue.Get("en");
        return new[] { "common", area }.Any(name => sections[name].Keys.Any(
            known => known == key || known == $"{key}.other"));
    }

    private static List<string> ModulesOf(string name)
    {
        var modules = new List<string> { name };
        for (var index = 0; index < modules.Count; index++)
        {
            var folder = new Uri($"file:///{modules[index]}");
            modules.AddRange(Import().Matches(Files.ReadText(modules[index]))
                .Select(match => new Uri(folder, match.Value).AbsolutePath[1..]).Except(modules, StringComparer.Ordinal));
        }

        return modules;
    }

    private static IEnumerable<KeyValuePair<string, string>> TextsOf(string language) =>
        Catalogue.Get(language).Where(section => section.Key != "messages").SelectMany(section => section.Value);

    private static List<string> Describe(string language) =>
    [
        .. from section in Catalogue.Get(language)
           from text in section.Value
           let values = Value().Matches(text.Value).Select(match => match.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
           let line = $"{section.Key} {text.Key} {string.Join(' ', values)}"
           select line,
    ];

    [GeneratedRegex(@"(?<=\{\{asset:)[^}]+\.js(?=\}\})", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Asset();

    [GeneratedRegex(@"(?<=\{\{)[^{}:]+(?=\}\})", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"(?<=\b(text|textOf)\(([^'()]+, )?')[^']+(?=')", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Call();

    [GeneratedRegex(@"(?<=\b(from|import)\s*\(?\s*')\.{1,2}/[^']+\.js(?=')", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Import();

    [GeneratedRegex(@"\d+|\{\w+(\.\w+)*\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Number();

    [GeneratedRegex("(?<=')[^' ,]+(?=')", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Type();

    [GeneratedRegex(@"\{\w+\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Value();

    [GeneratedRegex(@"\.(one|two|few|many|other|zero)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PluralForm();
}
