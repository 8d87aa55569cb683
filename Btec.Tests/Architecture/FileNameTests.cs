using System.Text.RegularExpressions;
using Btec.Tests.Documentation;

namespace Btec.Tests.Architecture;

/// <summary>The rule that a file has the name of its first type.</summary>
public sealed partial class FileNameTests
{
    private static readonly string[] s_projects =
        ["Btec.Api", "Btec.AppHost", "Btec.Data", "Btec.MigrationService", "Btec.ServiceDefaults", "Btec.Tests", "bench"];

    [Fact]
    public void A_file_has_the_name_of_its_first_type()
    {
        var strangers =
            from file in s_projects.SelectMany(project => Directory.EnumerateFiles(Path.Combine(Documents.Root, project), "*.cs", SearchOption.AllDirectories))
            let path = Path.GetRelativePath(Documents.Root, file).Replace('\\', '/')
            where !path.Contains("/obj/", StringComparison.Ordinal)
                && !path.Contains("/bin/", StringComparison.Ordinal)
                && !path.Contains("/Migrations/", StringComparison.Ordinal)
            let type = FirstType().Match(File.ReadAllText(file))
            where type.Success && type.Groups["name"].Value != Path.GetFileNameWithoutExtension(file)
            select $"{path} begins with {type.Groups["name"].Value}";

        Assert.Empty(strangers);
    }

    [GeneratedRegex(
        @"^(?:(?:public|internal|static|sealed|abstract|partial|readonly|file)\s+)+(?:class|record struct|record|struct|interface|enum)\s+(?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstType();
}
