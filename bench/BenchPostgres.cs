using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Btec.Bench;

/// <summary>The PostgreSQL server of the benchmark: the one in <c>BTEC_BENCH_POSTGRES</c>, or a temporary one from the installed
/// programs with default settings.</summary>
internal sealed class BenchPostgres : IAsyncDisposable
{
    private const string Setting = "BTEC_BENCH_POSTGRES";
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly string? _folder;

    private BenchPostgres(string admin, string? folder) => (Admin, _folder) = (admin, folder);

    /// <summary>The connection string of a role that may create databases.</summary>
    public string Admin { get; }

    public static async Task<BenchPostgres> StartAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(Setting) is { Length: > 0 } configured)
            return new BenchPostgres(configured, folder: null);

        var programs = FindPrograms() ?? throw new InvalidOperationException(
            $"PostgreSQL is not installed. Install its server programs, or set {Setting} to a connection string.");
        var folder = Directory.CreateTempSubdirectory("btec-bench-").FullName;
        // The server programs refuse to run as root.
        var asOther = Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows();
        if (asOther)
            await RunAsync(asOther: false, ["chown", "postgres", folder], cancellationToken);

        var data = Path.Combine(folder, "data");
        var port = ServerProcess.FindFreePort();
        await RunAsync(
            asOther,
            [Path.Combine(programs, "initdb"), "-D", data, "-U", "btec", "--auth=trust", "-E", "UTF8", "--locale=C"],
            cancellationToken);
        var settings = string.Create(
            CultureInfo.InvariantCulture, $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=");
        await RunAsync(
            asOther,
            [Path.Combine(programs, "pg_ctl"), "-D", data, "-w", "-l", Path.Combine(folder, "log"), "-o", settings, "start"],
            cancellationToken);
        var admin = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = "btec",
            Database = "postgres",
            Pooling = false,
        };
        return new BenchPostgres(admin.ToString(), folder);
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is null)
            return;

        // The first line of the lock file is the process id of the postmaster. Its children end with it.
        var lockFile = Path.Combine(_folder, "data", "postmaster.pid");
        if (File.Exists(lockFile)
            && int.TryParse((await File.ReadAllLinesAsync(lockFile))[0], CultureInfo.InvariantCulture, out var id))
        {
            using var postmaster = Process.GetProcessById(id);
            postmaster.Kill();
            using var limit = new CancellationTokenSource(StopTimeout);
            await postmaster.WaitForExitAsync(limit.Token);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string? FindPrograms()
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(folder =>
                    int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian.Concat(path).FirstOrDefault(folder =>
            File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));
    }

    private static async Task RunAsync(bool asOther, string[] command, CancellationToken cancellationToken)
    {
        // The output is not captured, because the server that pg_ctl starts would keep the pipe open.
        var start = asOther
            ? new ProcessStartInfo("runuser", ["-u", "postgres", "--", "sh", "-c", "exec \"$@\" >/dev/null", "sh", .. command])
            : new ProcessStartInfo("sh", ["-c", "exec \"$@\" >/dev/null", "sh", .. command]);
        start.WorkingDirectory = Path.GetTempPath();
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} failed with exit code {process.ExitCode}.");
    }
}
