using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public sealed class ReadmeTests
{
    public static TheoryData<string> Codes => [.. ErrorCatalog.All.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Every_code_is_a_row_of_the_README_with_its_status(string code)
    {
        var rows = (await ReadAsync()).Where(line => line.StartsWith($"| `{code}` |", StringComparison.Ordinal)).ToList();

        var row = Assert.Single(rows);
        Assert.StartsWith($"| `{code}` | {ErrorCatalog.StatusesOf(ErrorCatalog.All[code]).First()} |", row, StringComparison.Ordinal);
    }

    private static Task<string[]> ReadAsync()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "README.md");
            if (File.Exists(file))
                return File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        }

        throw new FileNotFoundException("There is no README.md above the tests.");
    }
}
