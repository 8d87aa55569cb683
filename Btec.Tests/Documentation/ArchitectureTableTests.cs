using System.Text.RegularExpressions;
using Btec.Api.Platform.Errors;
using Microsoft.Extensions.Hosting;

namespace Btec.Tests.Documentation;

/// <summary>The source tree and the jobs of docs/architecture.md.</summary>
public sealed partial class ArchitectureTableTests
{
    private const string File = "docs/architecture.md";

    [Theory]
    [InlineData("Btec.Api/Features")]
    [InlineData("Btec.Api/Platform")]
    [InlineData("Btec.Data")]
    public void The_source_tree_has_every_folder_in_alphabetical_order(string parent)
    {
        var folders = new DirectoryInfo(Path.Combine(Documents.Root, parent)).EnumerateDirectories()
            .Select(folder => folder.Name).Except(["bin", "obj"], StringComparer.Ordinal);

        var listed = ReadTree().Where(path => Path.GetDirectoryName(path)?.Replace('\\', '/') == parent).Select(Path.GetFileName).ToList();

        Documents.AssertSame(folders, listed!);
        Assert.Equal(listed.Order(StringComparer.Ordinal).ToList(), listed);
    }

    [Fact]
    public void The_table_of_jobs_has_every_background_service_of_the_api()
    {
        var jobs = typeof(AuthError).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, IsClass: true } && type.IsAssignableTo(typeof(BackgroundService)))
            .Select(type => $"{type.Name}.cs");
        var documented = Documents.ReadRows(File, "job", "when", "what it does", "file")
            .Select(row => Path.GetFileName(Documents.ReadCode(row[3])));

        Assert.Empty(jobs.Except(documented, StringComparer.Ordinal));
    }

    /// <summary>Reads the folders of the tree, as paths from the root.</summary>
    private static IEnumerable<string> ReadTree()
    {
        var parents = new List<string>();
        foreach (var line in System.IO.File.ReadLines(Path.Combine(Documents.Root, File)).Where(line => Folder().IsMatch(line)))
        {
            var folder = Folder().Match(line);
            var depth = folder.Groups["indent"].Length / 2;
            parents = [.. parents.Take(depth), folder.Groups["name"].Value];
            yield return string.Join('/', parents);
        }
    }

    [GeneratedRegex(@"^(?<indent> *)(?<name>[\w.]+)/(?: |$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Folder();
}
