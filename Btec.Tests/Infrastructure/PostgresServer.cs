using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Testcontainers.PostgreSql;

namespace Btec.Tests.Infrastructure;

/// <summary>The PostgreSQL that tests make their databases on: <c>BTEC_TEST_POSTGRES</c>, else the server programs installed
/// here, else a container. Started once, on first use, and stopped with the process.</summary>
public static class PostgresServer
{
    private const string Setting = "BTEC_TEST_POSTGRES";
    private static readonly Lazy<Task<PostgresAddress>> Server = new(FindAsync);

    /// <summary>Where the server listens, or why there is none.</summary>
    public static Task<PostgresAddress> GetAsync() => Server.Value;

    private static async Task<PostgresAddress> FindAsync()
    {
        if (Environment.GetEnvironmentVariable(Setting) is { Length: > 0 } configured)
            return new PostgresAddress(configured, Reason: null);

        var reasons = new List<string> { $"{Setting} is not set" };
        if (InstalledPostgres.FindPrograms() is { } programs)
            return new PostgresAddress(await InstalledPostgres.StartAsync(programs), Reason: null);

        reasons.Add("no initdb and postgres are installed");
        try
        {
            var container = new PostgreSqlBuilder("docker.io/library/postgres:18.3").Build();
            await container.StartAsync();
            return new PostgresAddress(container.GetConnectionString(), Reason: null);
        }
        catch (Exception exception)
        {
            reasons.Add($"no container runtime answers ({exception.GetBaseException().Message.Split('\n')[0]})");
        }

        return new PostgresAddress(AdminConnectionString: null, $"PostgreSQL: {string.Join(", ", reasons)}");
    }
}

/// <param name="AdminConnectionString">Of a role that may create databases, or <see langword="null"/>.</param>
/// <param name="Reason">Why there is no server.</param>
public sealed record PostgresAddress(string? AdminConnectionString, string? Reason);

/// <summary>A throw-away server out of the programs that are installed on this machine.</summary>
internal static class InstalledPostgres
{
    private const int StartAttempts = 300;
    private static readonly TimeSpan StartPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The folder with <c>initdb</c> and <c>postgres</c>.</summary>
    public static string? FindPrograms()
    {
        var suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian.Concat(path).FirstOrDefault(folder =>
            File.Exists(Path.Combine(folder, "initdb" + suffix)) && File.Exists(Path.Combine(folder, "postgres" + suffix)));
    }

    public static async Task<string> StartAsync(string programs)
    {
        var folder = Directory.CreateTempSubdirectory("btec-tests-postgres-").FullName;
        var data = Path.Combine(folder, "data");
        // The server programs refuse to run as root.
        var asOther = Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows();
        if (asOther)
            await RunAsync("chown", "postgres", folder);

        await RunServerProgramAsync(Path.Combine(programs, "initdb"), asOther, "-D", data, "-U", "btec", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C");
        var port = FindFreePort();
        var server = Launch(
            Path.Combine(programs, "postgres"), asOther,
            "-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=300",
            "-c", "fsync=off", "-c", "log_min_messages=fatal");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop(server, data, folder);

        var address = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = "btec",
            Database = "postgres",
            Pooling = false,
        }.ToString();
        await WaitAsync(address, server);
        return address;
    }

    public static async Task WaitAsync(string address, Process server)
    {
        for (var attempt = 0; attempt < StartAttempts; attempt++)
        {
            if (server.HasExited)
                throw new InvalidOperationException($"postgres ended with {server.ExitCode}.");

            try
            {
                await using var connection = new NpgsqlConnection(address);
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(StartPause);
            }
        }

        throw new TimeoutException("postgres did not start in 30 s.");
    }

    private static void Stop(Process server, string data, string folder)
    {
        // The process may be runuser: the postmaster's own id is in the first line of its lock file.
        if (File.Exists(Path.Combine(data, "postmaster.pid"))
            && int.TryParse(File.ReadLines(Path.Combine(data, "postmaster.pid")).First(), out var id))
        {
            using var postmaster = Process.GetProcessById(id);
            postmaster.Kill();
        }

        server.WaitForExit(TimeSpan.FromSeconds(5));
        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public static async Task RunServerProgramAsync(string program, bool asOther, params string[] arguments)
    {
        using var process = Launch(program, asOther, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    public static async Task RunAsync(string program, params string[] arguments) =>
        await RunServerProgramAsync(program, asOther: false, arguments);

    public static Process Launch(string program, bool asOther, params string[] arguments)
    {
        var start = asOther
            ? new ProcessStartInfo("runuser", ["-u", "postgres", "--", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = Path.GetTempPath();
        start.Environment["LC_ALL"] = "C";
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    public static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
