using System.Text.RegularExpressions;

namespace Btec.Tests.Documentation;

/// <summary>Links and file names in the documentation lead somewhere.</summary>
public sealed partial class DocumentLinkTests
{
    /// <summary>The document that names files which its reader is about to create.</summary>
    private const string Walkthroughs = "docs/extending.md";

    /// <summary>The files that programs of the repository write, and that it does not contain.</summary>
    private static readonly string[] Generated = ["bench/results.json"];

    private static readonly string[] Ignored = ["bin", "obj", ".git", "node_modules", "TestResults"];

    public static TheoryData<string> Documented => [.. Documents.List()];

    [Theory]
    [MemberData(nameof(Documented))]
    public void Every_link_leads_to_a_file_and_a_heading(string file)
    {
        var links = Documents.ReadLines(file).SelectMany(line => Link().Matches(line))
            .Select(match => match.Groups["target"].Value);
        foreach (var target in links.Where(target => !target.Contains("://", StringComparison.Ordinal)))
        {
            var (path, anchor) = target.Split('#') is [var left, var right] ? (left, right) : (target, null);
            var linked = path.Length == 0 ? file : Normalize(Path.Combine(Path.GetDirectoryName(file)!, path));
            Assert.True(Exists(linked), $"{file} links to {target}, which does not exist.");
            if (anchor is not null)
                Assert.True(ReadAnchors(linked).Contains(anchor, StringComparer.Ordinal), $"{file} links to {target}.");
        }
    }

    [Theory]
    [MemberData(nameof(Documented))]
    public void Every_file_that_is_named_exists(string file)
    {
        if (file == Walkthroughs)
            return;

        var names = Names.Value;
        foreach (var code in Documents.ReadLines(file).SelectMany(Documents.FindCode).Except(Generated, StringComparer.Ordinal))
        {
            if (RepositoryPath().IsMatch(code))
                Assert.True(Exists(code.TrimEnd('/')), $"{file} names {code}, which does not exist.");
            else if (SourceFile().IsMatch(code))
                Assert.True(names.Contains(code), $"{file} names {code}, which does not exist.");
        }
    }

    private static Lazy<IReadOnlySet<string>> Names { get; } = new(() => new DirectoryInfo(Documents.Root)
        .EnumerateFiles("*.cs", SearchOption.AllDirectories).Select(found => found.Name).ToHashSet(StringComparer.Ordinal));

    private static bool Exists(string path) =>
        !path.Split('/').Intersect(Ignored, StringComparer.Ordinal).Any() && Path.Exists(Path.Combine(Documents.Root, path));

    private static string Normalize(string path) =>
        Path.GetRelativePath(Documents.Root, Path.GetFullPath(Path.Combine(Documents.Root, path))).Replace('\\', '/');

    /// <summary>Returns the anchors that GitHub gives to headings: lower case, hyphens for spaces, no punctuation.</summary>
    private static IEnumerable<string> ReadAnchors(string file) => Documents.ReadLines(file)
        .Where(line => line.StartsWith('#'))
        .Select(line => Punctuation().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex("\\]\\((?<target>[^)\\s]+)\\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex(
        "^(Btec\\.[A-Za-z]+|bench|docs|\\.github|\\.config)(/[A-Za-z0-9._-]+)+/?$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex RepositoryPath();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*\\.cs$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SourceFile();

    [GeneratedRegex("[^\\w -]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Punctuation();
}
