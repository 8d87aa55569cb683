using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Btec.Tests.Infrastructure;

/// <summary>PgBouncer in front of a database, run from the program installed on this machine. By default it is in transaction mode
/// and gives each transaction one of three sessions.</summary>
public sealed class PgBouncerServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/pgbouncer";

    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private PgBouncerServer(DirectoryInfo folder, Process process, string connectionString) =>
        (_folder, _process, ConnectionString) = (folder, process, connectionString);

    /// <summary>Gets a value indicating whether Debian's package is installed.</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>The connection string of the database through the pooler, without <c>pgbouncer=true</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts a pooler. If it is not installed, skips the calling test; <c>BTEC_TEST_ALL=1</c> fails it
    /// instead.</summary>
    public static async Task<PgBouncerServer> StartAsync(TestDatabase database, string mode = "transaction", int sessions = 3)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (!OperatingSystem.IsLinux())
            TestDatabase.SkipOrFail("PgBouncer is run from Debian's package.");

        var port = FreePort.Find();
        var behind = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var folder = Directory.CreateTempSubdirectory("btec-tests-pgbouncer-");
        var file = Path.Combine(folder.FullName, "pgbouncer.ini");
        var password = string.IsNullOrEmpty(behind.Password) ? "" : $" password={behind.Password}";
        await File.WriteAllTextAsync(
            file,
            string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            * = host={behind.Host} port={behind.Port} user={behind.Username}{password}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = {mode}
            default_pool_size = {sessions}
            max_client_conn = 500
            server_login_retry = 1
            """),
            TestContext.Current.CancellationToken);
        var address = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = behind.Username,
            Database = behind.Database,
        };
        var server = new PgBouncerServer(folder, Start(folder, file), address.ToString());
        await Eventually.IsTrueAsync(server.AnswersAsync, "PgBouncer accepts connections");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static Process Start(DirectoryInfo folder, string file)
    {
        // It refuses to run as root, and the user of PostgreSQL may not enter root's temporary folders.
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);

        string[] command = Environment.IsPrivilegedProcess
            ? ["runuser", "-u", "postgres", "--", "pgbouncer", file]
            : ["pgbouncer", file];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["PATH"] += ":/usr/sbin";
        try
        {
            if (!IsInstalled)
                TestDatabase.SkipOrFail("pgbouncer is not installed.");

            var process = Process.Start(start)!;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return process;
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false, NoResetOnClose = true }.ToString());
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
