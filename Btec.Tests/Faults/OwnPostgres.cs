using System.Diagnostics;
using System.Globalization;
using Btec.Tests.Infrastructure;
using Npgsql;

namespace Btec.Tests.Faults;

/// <summary>A PostgreSQL that a test has to itself, to kill, to stop and to start again. It keeps its promises: fsync is on.</summary>
internal sealed class OwnPostgres : IAsyncDisposable
{
    private readonly string _programs;
    private readonly string _folder;
    private readonly bool _ownsFolder;
    private readonly int _port = InstalledPostgres.FindFreePort();
    private Process? _server;

    private OwnPostgres(string programs, string? folder)
    {
        _programs = programs;
        _ownsFolder = folder is null;
        _folder = folder ?? Directory.CreateTempSubdirectory("btec-tests-faults-").FullName;
        Database = TestDatabase.Of(ToAddress(pooling: true));
    }

    public TestDatabase Database { get; }

    /// <summary>The server programs refuse to run as root.</summary>
    private static bool AsOther => Environment.IsPrivilegedProcess;

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Starts a server with an empty database, or skips the calling test where the programs or their system are missing.</summary>
    /// <param name="folder">Where its data goes, if not into a folder of its own.</param>
    public static async Task<OwnPostgres> StartAsync(string? folder = null)
    {
        if (!OperatingSystem.IsLinux())
            TestDatabase.SkipOrFail("Only Linux tells in /proc which processes a server has.");

        var programs = InstalledPostgres.FindPrograms();
        if (programs is null)
            TestDatabase.SkipOrFail("PostgreSQL: no initdb and postgres are installed, and a server elsewhere cannot be killed");

        var postgres = new OwnPostgres(programs!, folder);
        if (AsOther)
            await InstalledPostgres.RunAsync("chown", "postgres", postgres._folder);

        await InstalledPostgres.RunServerProgramAsync(
            Path.Combine(programs!, "initdb"), AsOther,
            "-D", postgres.Data, "-U", "btec", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C", "--wal-segsize=1");
        await postgres.StartAgainAsync();
        return postgres;
    }

    /// <summary>Starts it on the data that it has, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        _server?.Dispose();
        _server = InstalledPostgres.Launch(
            Path.Combine(_programs, "postgres"), AsOther,
            "-D", Data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "min_wal_size=2MB", "-c", "max_wal_size=16MB", "-c", "log_min_messages=fatal");
        await InstalledPostgres.WaitAsync(ToAddress(pooling: false), _server);
    }

    /// <summary>Ends all of its processes at once, as the loss of its machine does.</summary>
    public async Task KillAsync()
    {
        var processes = FindProcesses();
        await SignalAsync("-KILL", processes);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(processes.TrueForAll(id => ReadStat(id) is null or { State: 'Z' })), "PostgreSQL has ended");
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>Lets it hang: connections are there, and nobody answers.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP", FindProcesses());

    /// <summary>Also whoever started it as another user, who stops with it.</summary>
    public Task ThawAsync() => SignalAsync("-CONT", [_server!.Id, .. FindProcesses()]);

    /// <summary>Whether it runs; a full disk may have ended it.</summary>
    public bool IsRunning => _server is { HasExited: false };

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
            await KillAsync();

        _server?.Dispose();
        if (_ownsFolder)
            Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The postmaster, whose id is in the first line of its lock file, and its children.</summary>
    private List<int> FindProcesses()
    {
        var postmaster = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        return
        [
            postmaster,
            .. Directory.GetDirectories("/proc")
                .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
                .Where(id => id > 0 && ReadStat(id)?.Parent == postmaster),
        ];
    }

    private static (char State, int Parent)? ReadStat(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            // After the name, which may hold anything: the state and the parent (proc_pid_stat(5)).
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task SignalAsync(string signal, IEnumerable<int> processes)
    {
        // One by one: a child may end in the meantime, and the others must hear of it all the same.
        using var kill = Process.Start("sh", ["-c", $"for id in {string.Join(' ', processes)}; do kill {signal} $id 2>/dev/null; done; true"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private string ToAddress(bool pooling) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = "btec",
        Database = "postgres",
        Pooling = pooling,
    }.ToString();
}
