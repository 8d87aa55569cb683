using System.IO.Compression;
using System.Xml.Linq;

namespace Btec.Tests.Samples;

/// <summary>The packages as a feed shows them.</summary>
[Collection(PackedTests.Name)]
public sealed class PackageContentTests(SharedFeed shared)
{
    public static TheoryData<string> Packages => [.. PackageFeed.Projects];

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task A_package_says_what_it_is_for_and_has_its_symbols_beside_it(string name)
    {
        var feed = await shared.GetAsync();
        using var package = await ZipFile.OpenReadAsync(
            Path.Combine(feed.Path, $"{name}.{feed.Version}.nupkg"), TestContext.Current.CancellationToken);
        using var symbols = await ZipFile.OpenReadAsync(
            Path.Combine(feed.Path, $"{name}.{feed.Version}.snupkg"), TestContext.Current.CancellationToken);
        var metadata = await ReadMetadataAsync(package, name);

        Assert.Equal("BTEC Backend", metadata["authors"]);
        Assert.EndsWith(".", metadata["description"], StringComparison.Ordinal);
        Assert.Equal("README.md", metadata["readme"]);
        Assert.StartsWith($"# {name}\n", await ReadAsync(package.GetEntry("README.md")!), StringComparison.Ordinal);
        var library = Assert.Single(package.Entries, entry => entry.Name == $"{name}.dll");
        Assert.Contains(symbols.Entries, entry => entry.FullName == Path.ChangeExtension(library.FullName, ".pdb"));
    }

    private static async Task<Dictionary<string, string>> ReadMetadataAsync(ZipArchive package, string name)
    {
        var manifest = XDocument.Parse(await ReadAsync(package.GetEntry($"{name}.nuspec")!));
        return manifest.Root!.Elements().Single().Elements().ToDictionary(
            element => element.Name.LocalName, element => element.Value, StringComparer.Ordinal);
    }

    private static async Task<string> ReadAsync(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(await entry.OpenAsync(TestContext.Current.CancellationToken));
        return (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
    }
}
