using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Btec.Data.Schema;

namespace Btec.MigrationService.Import;

/// <summary>Imports the users of a file (docs/moving-in.md). It may be killed at any point and be repeated: users who exist are
/// skipped.</summary>
internal sealed class UserImport(DatabaseMigrator migrator, DatabaseWait wait, ImportBatches batches, TimeProvider clock)
{
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromSeconds(5);

    /// <summary>The addresses of earlier lines, by half of their SHA-256: 10 million take about 500 MiB.</summary>
    private readonly HashSet<UInt128> _seen = [];

    private readonly long _started = clock.GetTimestamp();
    private TimeSpan _nextProgress = s_progressInterval;

    /// <summary>Imports the file, writes the summary to standard output, and progress to standard error.</summary>
    /// <returns><see langword="true"/> if no line was refused.</returns>
    public async Task<bool> RunAsync(ImportCommand command, CancellationToken cancellationToken)
    {
        await using var file = command.OpenFile();
        await using var report = new ImportReport(command);
        var (_, pending) = await wait.RunAsync(() => migrator.GetStatusAsync(cancellationToken), cancellationToken);
        if (pending.Count > 0)
        {
            await Console.Error.WriteLineAsync("The schema of the database is not current. Run the worker without --import first.");
            return false;
        }

        await ReadAsync(command, file, report, cancellationToken);
        Console.WriteLine(Summarize(command, report));
        return report.Refused == 0;
    }

    private async Task ReadAsync(ImportCommand command, Stream file, ImportReport report, CancellationToken cancellationToken)
    {
        var rows = new ImportRowReader(command.AllowsSuperusers, clock.GetUtcNow());
        var batch = new List<ImportRow>(ImportBatches.Size);
        await foreach (var line in ImportLines.ReadAsync(file, cancellationToken))
        {
            report.CountLine();
            var row = rows.Read(line, out var fault);
            if (row is not null && !_seen.Add(KeyOf(row.Email)))
                fault = new ImportFault("email", "An earlier line has this address.");

            if (fault is not null)
                await report.RefuseAsync(line.Number, fault);
            else
                batch.Add(row!);

            if (batch.Count == ImportBatches.Size)
                await StoreAsync(command, batch, report, cancellationToken);
        }

        await StoreAsync(command, batch, report, cancellationToken);
    }

    private async Task StoreAsync(
        ImportCommand command, List<ImportRow> batch, ImportReport report, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
            return;

        var known = command.IsDryRun
            ? await batches.FindKnownAsync(batch, cancellationToken)
            : await batches.StoreAsync(batch, cancellationToken);
        foreach (var row in batch.Where(row => known.Contains(row.Email)))
            await report.SkipAsync(row.Line);

        report.CountImported(batch.Count - known.Count);
        batch.Clear();
        await ShowProgressAsync(command, report);
    }

    private async Task ShowProgressAsync(ImportCommand command, ImportReport report)
    {
        var elapsed = clock.GetElapsedTime(_started);
        if (elapsed < _nextProgress)
            return;

        _nextProgress = elapsed + s_progressInterval;
        await Console.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Lines:N0} lines read, {report.Imported:N0} users {(command.IsDryRun ? "to import" : "imported")}, {report.Lines / elapsed.TotalSeconds:N0} lines per second"));
    }

    private static string Summarize(ImportCommand command, ImportReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(command.IsDryRun ? "Dry run, nothing was written. Users to import" : "Users imported")}: {report.Imported:N0}. Users that existed already: {report.Known:N0}. Lines refused: {report.Refused:N0}.");

    private static UInt128 KeyOf(string email) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(email)));
}
