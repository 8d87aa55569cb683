using System.Text.RegularExpressions;
using System.Xml.Linq;
using Btec.Tests.Documentation;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Deployment;

/// <summary>The steps of CI that pin, list and audit third-party components.</summary>
public static partial class SupplyChainTests
{
    private static readonly string Workflow = Read(".github/workflows/ci.yml");

    [Fact]
    public static void An_advisory_of_high_or_critical_severity_is_an_error_in_CI_and_a_warning_elsewhere()
    {
        var exceptions = XDocument.Parse(Read("Directory.Build.props")).Descendants("WarningsNotAsErrors").ToList();

        Assert.All(
            exceptions.Where(element => element.Value.Contains("NU1903", StringComparison.Ordinal) || element.Value.Contains("NU1904", StringComparison.Ordinal)),
            element => Assert.Equal("'$(CI)' != 'true'", element.Attribute("Condition")?.Value));
        Assert.Contains(exceptions, element => element.Value.EndsWith("NU1903;NU1904", StringComparison.Ordinal));
    }

    [Fact]
    [Asvs("15.1.2")]
    public static void CI_writes_a_bill_of_materials_of_the_image_and_builds_it_on_digests()
    {
        Assert.Contains("format: cyclonedx-json", Workflow, StringComparison.Ordinal);
        foreach (var image in (string[])["SDK_IMAGE", "RUNTIME_IMAGE"])
        {
            Assert.Contains($"{image}=${{{{ steps.base.outputs.", Workflow, StringComparison.Ordinal);
            Assert.Contains($"ARG {image}=mcr.microsoft.com/dotnet/", Read("Dockerfile"), StringComparison.Ordinal);
        }

        Assert.All(From().Matches(Read("Dockerfile")), line => Assert.EndsWith("_IMAGE", line.Groups["image"].Value, StringComparison.Ordinal));
    }

    [Fact]
    public static void Every_action_is_pinned_to_a_commit() =>
        Assert.All(Action().Matches(Workflow), action => Assert.Matches("^[0-9a-f]{40}$", action.Groups["version"].Value));

    private static string Read(string file) => File.ReadAllText(Path.Combine(Documents.Root, file));

    [GeneratedRegex("uses: [^@\\s]+@(?<version>\\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Action();

    [GeneratedRegex(
        "^FROM (--platform=\\S+ )?(?<image>\\S+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex From();
}
