using System.Text;
using System.Text.Json;

namespace Btec.Tests.MigrationService;

/// <summary>A file to import and its report, in a folder of their own.</summary>
internal sealed class ImportFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-import-");

    public string File => Path.Combine(_folder.FullName, "users.ndjson");

    public string Report => Path.Combine(_folder.FullName, "report.ndjson");

    public Task WriteAsync(IEnumerable<string> lines) =>
        System.IO.File.WriteAllLinesAsync(File, lines, TestContext.Current.CancellationToken);

    public Task WriteAsync(IEnumerable<byte[]> lines) =>
        System.IO.File.WriteAllBytesAsync(File, [.. lines.SelectMany(line => line)], TestContext.Current.CancellationToken);

    /// <summary>Reads the report, each line as in <see cref="ReportedLine"/>. None lacks a reason.</summary>
    public IReadOnlyList<string> ReadReport() =>
    [
        .. System.IO.File.ReadAllLines(Report, Encoding.UTF8).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            var entry = json.RootElement;
            Assert.EndsWith(".", entry.GetProperty("reason").GetString(), StringComparison.Ordinal);
            return new ReportedLine(
                entry.GetProperty("line").GetInt32(), entry.GetProperty("outcome").GetString()!, entry.GetProperty("field").GetString()).ToString();
        }),
    ];

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>A line of a report, without its reason.</summary>
internal sealed record ReportedLine(int Line, string Outcome, string? Field);
