using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Btec.Tests.Infrastructure;

/// <summary>A throw-away PostgreSQL server, run from the programs installed on this machine.</summary>
internal sealed class InstalledPostgres : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StartPause = TimeSpan.FromMilliseconds(100);

    private readonly string _programs;
    private readonly string _data;
    private readonly int _port = FreePort.Find();
    private Process? _process;

    private InstalledPostgres(string programs, string data)
    {
        (_programs, _data) = (programs, data);
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = _port,
            Username = "btec",
            Database = "postgres",
            Pooling = false,
        }.ToString();
    }

    /// <summary>The connection string of the server's superuser, without pooling.</summary>
    public string ConnectionString { get; }

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The id of the process that was started: the postmaster's or, for root, that of <c>runuser</c>.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>The id of the postmaster, from the first line of its lock file.</summary>
    public int PostmasterId => int.Parse(File.ReadLines(Path.Combine(_data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>The server programs refuse to run as root.</summary>
    private static bool NeedsOtherUser => Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows();

    /// <summary>Returns the folder with <c>initdb</c> and <c>postgres</c>, or <see langword="null"/> if they are not
    /// installed.</summary>
    public static string? FindPrograms()
    {
        var suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(ReadVersion)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian.Concat(path).FirstOrDefault(folder =>
            File.Exists(Path.Combine(folder, "initdb" + suffix)) && File.Exists(Path.Combine(folder, "postgres" + suffix)));

        static int ReadVersion(string folder) =>
            int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    /// <summary>Initializes a database cluster in a folder, which stays the caller's.</summary>
    public static async Task<InstalledPostgres> CreateAsync(string programs, string folder, params string[] initdbOptions)
    {
        if (NeedsOtherUser)
            await RunAsync(Launch("chown", "postgres", folder));

        var postgres = new InstalledPostgres(programs, Path.Combine(folder, "data"));
        await RunAsync(postgres.LaunchServerProgram(
            "initdb", ["-D", postgres._data, "-U", "btec", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C", .. initdbOptions]));
        return postgres;
    }

    /// <summary>Copies a running server into a folder, as its standby with the application name <c>standby</c>.</summary>
    public static async Task<InstalledPostgres> CopyAsync(string programs, string folder, InstalledPostgres primary)
    {
        if (NeedsOtherUser)
            await RunAsync(Launch("chown", "postgres", folder));

        var standby = new InstalledPostgres(programs, Path.Combine(folder, "data"));
        await RunAsync(standby.LaunchServerProgram(
            "pg_basebackup",
            [
                "-D", standby._data, "-R", "--checkpoint=fast", "--no-sync",
                "-d", string.Create(CultureInfo.InvariantCulture, $"host=127.0.0.1 port={primary._port} user=btec application_name=standby"),
            ]));
        return standby;
    }

    /// <summary>Promotes a standby, and waits until it is the primary.</summary>
    public Task PromoteAsync() => RunAsync(LaunchServerProgram("pg_ctl", ["promote", "-D", _data]));

    /// <summary>Starts the server, and waits until it accepts connections.</summary>
    /// <param name="settings">Settings as <c>name=value</c>.</param>
    public async Task StartAsync(params string[] settings)
    {
        string[] all = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "log_min_messages=fatal", .. settings];
        var options = all.SelectMany(setting => new[] { "-c", setting });
        _process?.Dispose();
        _process = LaunchServerProgram("postgres", ["-D", _data, "-p", $"{_port}", .. options]);
        var started = Stopwatch.GetTimestamp();
        while (!await AcceptsConnectionsAsync())
        {
            if (!IsRunning)
                throw new InvalidOperationException($"postgres exited with code {_process.ExitCode}.");

            if (Stopwatch.GetElapsedTime(started) > StartLimit)
                throw new TimeoutException($"postgres did not start within {StartLimit.TotalSeconds} s.");

            await Task.Delay(StartPause);
        }
    }

    /// <summary>Stops the server at once, without a checkpoint, if it is running.</summary>
    public async Task StopAsync()
    {
        if (!IsRunning)
            return;

        await RunAsync(LaunchServerProgram("pg_ctl", ["stop", "-D", _data, "-m", "immediate"]));
        await _process!.WaitForExitAsync();
    }

    public void Dispose() => _process?.Dispose();

    private async Task<bool> AcceptsConnectionsAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private Process LaunchServerProgram(string name, string[] arguments)
    {
        var program = Path.Combine(_programs, name);
        return NeedsOtherUser ? Launch("runuser", ["-u", "postgres", "--", program, .. arguments]) : Launch(program, arguments);
    }

    private static Process Launch(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The other user may not enter this one's working directory.
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["LC_ALL"] = "C";
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task RunAsync(Process process)
    {
        using (process)
        {
            await process.WaitForExitAsync();
            if (process.ExitCode == 0)
                return;

            var command = string.Join(' ', process.StartInfo.ArgumentList.Prepend(process.StartInfo.FileName));
            throw new InvalidOperationException($"{command} exited with code {process.ExitCode}.");
        }
    }
}
