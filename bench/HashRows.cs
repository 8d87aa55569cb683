using Btec.Data.Passwords;

namespace Btec.Bench;

/// <summary>The rows about logins and registrations.</summary>
internal static class HashRows
{
    public static async Task<BenchRow> MeasureLoginsAsync(BenchRun run)
    {
        await using var database = await run.CreateDatabaseAsync(BenchRun.FewUsers);
        await using var api = await run.StartApiAsync(database);
        var measured = await run.InTurnsAsync(
            run.Options.HashWarmups,
            () => HashLoad.LogInAsync(api, 8, run.Options.Hashes, run.Cancellation),
            () => HashLoad.VerifyRawAsync(run.Options.Hashes),
            () => HashLoad.VerifyManagedAsync(run.Options.Hashes));
        return new BenchRow(
            "logins",
            "logins, 8 connections",
            "/s",
            $"{BcryptHash.Implementation} on all cores",
            0.97,
            IsAtLeast: true,
            measured[0],
            measured[1])
        {
            Others = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal)
            {
                ["BCrypt.Net-Next on all cores, per second"] = measured[2],
            },
        };
    }

    public static async Task<BenchRow> MeasureRegistrationsAsync(BenchRun run)
    {
        await using var database = await run.CreateDatabaseAsync(BenchRun.FewUsers);
        await using var api = await run.StartApiAsync(database);
        var measured = await run.InTurnsAsync(
            run.Options.HashWarmups,
            () => HashLoad.RegisterAsync(api, 8, run.Options.Hashes, run.Cancellation),
            () => HashLoad.CreateRawAsync(run.Options.Hashes));
        return new BenchRow(
            "registrations",
            "registrations, 8 connections",
            "/s",
            "hashes on all cores",
            0.95,
            IsAtLeast: true,
            measured[0],
            measured[1]);
    }
}
