using System.Text.Encodings.Web;
using System.Text.Json;

namespace Btec.MigrationService.Import;

/// <summary>The report of the lines that did not become users, one JSON object a line, and the numbers of the run.</summary>
internal sealed class ImportReport(ImportCommand command) : IAsyncDisposable
{
    /// <summary>The number of lines of the report that standard error shows. A run that is repeated reports every user of the one
    /// before.</summary>
    private const int MaxShown = 1_000;

    // Apostrophes and ellipses need no escape sequences in a file.
    private static readonly JsonSerializerOptions s_legible = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file of the report, or <see langword="null"/> for standard error.</summary>
    private readonly TextWriter? _file = command.OpenReport();

    /// <summary>Gets the number of lines that were read and are not blank.</summary>
    public long Lines { get; private set; }

    public long Imported { get; private set; }

    /// <summary>Gets the number of lines whose users existed already.</summary>
    public long Known { get; private set; }

    public long Refused { get; private set; }

    public void CountLine() => Lines++;

    public void CountImported(int count) => Imported += count;

    public Task RefuseAsync(long line, ImportFault fault)
    {
        Refused++;
        return WriteAsync(new { line, outcome = "refused", field = fault.Field, reason = fault.Reason });
    }

    public Task SkipAsync(long line)
    {
        Known++;
        return WriteAsync(new { line, outcome = "exists", field = "email", reason = "A user has this address already." });
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is not null)
            await _file.DisposeAsync();
    }

    private async Task WriteAsync<T>(T entry)
    {
        var isShown = _file is not null || Known + Refused <= MaxShown;
        if (isShown)
            await (_file ?? Console.Error).WriteLineAsync(JsonSerializer.Serialize(entry, s_legible));
        else if (Known + Refused == MaxShown + 1)
            await Console.Error.WriteLineAsync($"More than {MaxShown} lines are to be reported. Use --report FILE to see them all.");
    }
}
