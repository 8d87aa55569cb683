using System.Diagnostics;
using System.Globalization;
using Btec.Tests.Infrastructure;
using Npgsql;

namespace Btec.Tests.Faults;

/// <summary>A PostgreSQL server for one test, which kills, freezes or restarts it. Commits are durable: fsync is on.</summary>
internal sealed class OwnPostgres : IAsyncDisposable
{
    private readonly InstalledPostgres _server;
    private readonly DirectoryInfo? _ownFolder;
    private bool _isDisposed;

    private OwnPostgres(InstalledPostgres server, DirectoryInfo? ownFolder)
    {
        (_server, _ownFolder) = (server, ownFolder);
        Database = TestDatabase.Of(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = true }.ToString());
    }

    public TestDatabase Database { get; }

    /// <summary><see langword="false"/> after a crash, such as one for lack of disk space.</summary>
    public bool IsRunning => _server.IsRunning;

    /// <summary>Starts a server with an empty database. Skips the calling test where the programs are missing, or the system is
    /// not Linux.</summary>
    /// <param name="folder">The folder for its data; by default a temporary one.</param>
    public static async Task<OwnPostgres> StartAsync(string? folder = null)
    {
        if (!OperatingSystem.IsLinux())
            TestDatabase.SkipOrFail("Only Linux lists the processes of a server in /proc.");

        var programs = InstalledPostgres.FindPrograms();
        if (programs is null)
            TestDatabase.SkipOrFail("PostgreSQL: initdb and postgres are not installed, and a remote server cannot be killed.");

        var ownFolder = folder is null ? Directory.CreateTempSubdirectory("btec-tests-faults-") : null;
        var postgres = new OwnPostgres(
            await InstalledPostgres.CreateAsync(programs!, folder ?? ownFolder!.FullName, "--wal-segsize=1"), ownFolder);
        await postgres.RestartAsync();
        return postgres;
    }

    /// <summary>Starts a standby of this server, which replicates its changes as they are written.</summary>
    public async Task<OwnPostgres> StartStandbyAsync()
    {
        var folder = Directory.CreateTempSubdirectory("btec-tests-faults-");
        var server = await InstalledPostgres.CopyAsync(InstalledPostgres.FindPrograms()!, folder.FullName, _server);
        var standby = new OwnPostgres(server, folder);
        await standby.RestartAsync();
        return standby;
    }

    /// <summary>Makes a standby the primary.</summary>
    public Task PromoteAsync() => _server.PromoteAsync();

    /// <summary>Starts the server on its data, and waits until it accepts connections.</summary>
    public Task RestartAsync() => _server.StartAsync("min_wal_size=2MB", "max_wal_size=16MB", "wal_keep_size=64MB");

    /// <summary>Kills all processes of the server at once, as the loss of its machine would.</summary>
    public async Task KillAsync()
    {
        var processes = FindProcesses();
        await SignalAsync("-KILL", processes);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(processes.TrueForAll(id => ReadStat(id) is null or { State: 'Z' })), "PostgreSQL has ended");
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>Suspends the server: its connections stay open, and nothing answers.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP", FindProcesses());

    /// <summary>Resumes the server, and <c>runuser</c>, which suspends itself together with its child.</summary>
    public Task ThawAsync() => SignalAsync("-CONT", [_server.ProcessId, .. FindProcesses()]);

    /// <summary>Ends the server. It may be called by more than one owner.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;

        _isDisposed = true;
        if (IsRunning)
            await KillAsync();

        _server.Dispose();
        _ownFolder?.Delete(recursive: true);
    }

    /// <summary>Returns the ids of the postmaster and its children.</summary>
    private List<int> FindProcesses()
    {
        var postmaster = _server.PostmasterId;
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
            // The name is in parentheses and may contain any character; state and parent follow it (proc_pid_stat(5)).
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
        // One by one: a child may have ended in the meantime, and the others must still get the signal.
        using var kill = Process.Start("sh", ["-c", $"for id in {string.Join(' ', processes)}; do kill {signal} $id 2>/dev/null; done; true"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
