using System.Diagnostics;
using System.Globalization;
using Btec.Data.Passwords;
using Npgsql;

namespace Btec.Bench;

/// <summary>The row about the import of users.</summary>
internal static class ImportRows
{
    /// <summary>Measures the import by the worker, with its start, next to PostgreSQL's COPY into the same table.</summary>
    public static async Task<BenchRow> MeasureImportAsync(BenchRun run)
    {
        var folder = Directory.CreateTempSubdirectory("btec-bench-import-");
        try
        {
            var file = Path.Combine(folder.FullName, "users.ndjson");
            var hash = BcryptHash.CreateDummyHash(BenchDatabase.WorkFactor);
            await File.WriteAllLinesAsync(file, Rows(run).Select(row => $$"""
                {"email":"{{row.Email}}","password_hash":"{{hash}}","full_name":"{{row.Name}}","email_verified":true,"created_at":"2024-05-17T09:30:00Z"}
                """), run.Cancellation);
            var (own, copy) = (new List<double>(), new List<double>());
            for (var round = 1; round <= run.Options.ImportRounds; round++)
            {
                BenchRun.Say($"round {round} of {run.Options.ImportRounds}");
                await using (var database = await run.CreateEmptyDatabaseAsync())
                    own.Add(await PerSecondAsync(run, () => ImportAsync(run, database, file)));

                await using (var database = await run.CreateEmptyDatabaseAsync())
                    copy.Add(await PerSecondAsync(run, () => CopyAsync(run, database, hash)));
            }

            return new BenchRow(
                "import", $"import of {run.Options.ManyUsers:N0} users", "/s", "COPY into the same table", 0.2, IsAtLeast: true, own, copy);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<(string Email, string Name)> Rows(BenchRun run) => Enumerable.Range(1, run.Options.ManyUsers).Select(number =>
        (string.Create(CultureInfo.InvariantCulture, $"user{number}@example.com"),
            string.Create(CultureInfo.InvariantCulture, $"Ada {number * 7919L % 1_000_003}son")));

    private static async Task<double> PerSecondAsync(BenchRun run, Func<Task> import)
    {
        var started = Stopwatch.GetTimestamp();
        await import();
        return run.Options.ManyUsers / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task ImportAsync(BenchRun run, BenchDatabase database, string file)
    {
        var worker = Path.Combine(run.Options.Programs, "worker", "Btec.MigrationService.dll");
        var start = new ProcessStartInfo(ServerProcess.Dotnet, [worker, "--import", file]) { UseShellExecute = false };
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["ConnectionStrings__btecdb"] = database.ConnectionString;
        start.Environment["Jwt__SigningKey"] = Tokens.SigningKey;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(run.Cancellation);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The import failed with exit code {process.ExitCode}.");
    }

    private static async Task CopyAsync(BenchRun run, BenchDatabase database, string hash)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(run.Cancellation);
        await using var writer = await connection.BeginTextImportAsync(
            "COPY users (email, hashed_password, full_name, search_name, email_verified_at, created_at) FROM STDIN", run.Cancellation);
        foreach (var (email, name) in Rows(run))
            await writer.WriteAsync($"{email}\t{hash}\t{name}\t{name.ToLowerInvariant()}\t2024-05-17T09:30:00Z\t2024-05-17T09:30:00Z\n");
    }
}
