using System.Diagnostics;
using System.Globalization;
using Btec.Data.Passwords;
using Npgsql;

namespace Btec.Bench;

/// <summary>A migrated database with active users, who have one session each, and one per cent more users who are inactive and
/// have none. It is dropped when disposed.</summary>
internal sealed class BenchDatabase(string admin, string name) : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    /// <summary>The id of the one user who may list the others.</summary>
    public const int SuperuserId = 1;

    /// <summary>The bcrypt cost, the same as in Production.</summary>
    public const int WorkFactor = 12;

    public string ConnectionString { get; } = new NpgsqlConnectionStringBuilder(admin) { Database = name, Pooling = true }.ToString();

    public static string EmailOf(int userId) => string.Create(CultureInfo.InvariantCulture, $"user{userId}@example.com");

    public static async Task<BenchDatabase> CreateAsync(string admin, string programs, int users, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"btec_bench_{Environment.ProcessId}_{users}");
        await ExecuteAsync(admin, $"CREATE DATABASE {name}", cancellationToken);
        var database = new BenchDatabase(admin, name);
        await MigrateAsync(Path.Combine(programs, "worker", "Btec.MigrationService.dll"), database.ConnectionString, cancellationToken);

        // The ids of users and sessions match those in Tokens. Names have no order: one of 16 given names and the digits of a hash as
        // surname.
        await ExecuteAsync(
            database.ConnectionString,
            $"""
            INSERT INTO users (email, hashed_password, full_name, search_name, is_active, is_superuser, created_at)
            SELECT 'user' || n || '@example.com', '{BcryptHash.Create(Password, WorkFactor)}', initcap(name), name, n <= {users},
                n = {SuperuserId}, now()
            FROM (
                SELECT n, given[1 + ascii(md5(n::text)) % 16] || ' '
                    || translate(left(md5(n::text), 8), '0123456789abcdef', 'abdeghiklmnoprst') || 'son' AS name
                FROM generate_series(1, {users + (users / 100)}) AS n, (SELECT ARRAY[
                    'ada', 'grace', 'alan', 'edsger', 'barbara', 'donald', 'margaret', 'dennis', 'ken', 'frances', 'john', 'radia', 'tim',
                    'lynn', 'niklaus', 'adele'] AS given) AS names) AS named
            ORDER BY n;
            INSERT INTO sessions (id, user_id, user_agent, address, created_at, last_seen_at, expires_at)
            SELECT lpad(n::text, 32, '0')::uuid, n, 'bench', '127.0.0.1', now(), now() + interval '1 hour', now() + interval '14 days'
            FROM generate_series(1, {users}) AS n;
            """,
            cancellationToken);
        await ExecuteAsync(database.ConnectionString, "VACUUM ANALYZE", cancellationToken);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(ConnectionString))
            NpgsqlConnection.ClearPool(connection);

        await ExecuteAsync(admin, $"DROP DATABASE {name} WITH (FORCE)", CancellationToken.None);
    }

    private static async Task ExecuteAsync(string connectionString, string statement, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task MigrateAsync(string worker, string connectionString, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(ServerProcess.Dotnet, [worker]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["ConnectionStrings__btecdb"] = connectionString;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The migration worker failed with exit code {process.ExitCode}: {output}");
    }
}
