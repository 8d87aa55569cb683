using Npgsql;

namespace Btec.Tests.Infrastructure;

/// <summary>The PgBouncer in transaction mode that tests share, in front of their PostgreSQL server. It starts on first use.</summary>
public static class TestPooler
{
    private const string Setting = "BTEC_TEST_POOLER";

    /// <summary>The sessions of each database: as many as an API has connections by default, as every test that the pooler has to wait for
    /// would be slower than without it.</summary>
    private const int Sessions = 20;

    private static readonly Lazy<Task<PgBouncerServer>> Server = new(StartAsync);
    private static PgBouncerServer? s_started;

    /// <summary>Returns whether an API connects through the pooler: with <c>BTEC_TEST_POOLER=shared</c> the one that tests share, and with
    /// <c>all</c> each, where PgBouncer is installed.</summary>
    public static bool Serves(DatabaseKind kind, bool isShared) =>
        kind == DatabaseKind.Postgres
        && PgBouncerServer.IsInstalled
        && Environment.GetEnvironmentVariable(Setting) switch { "all" => true, "shared" => isShared, _ => false };

    /// <summary>Returns the connection setting of a database through the pooler.</summary>
    public static async Task<string> ToSettingAsync(TestDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        var address = new NpgsqlConnectionStringBuilder((await Server.Value).ConnectionString)
        {
            Database = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database,
            // The APIs of all tests share the pooler's connections, and leave their own open.
            ConnectionIdleLifetime = 10,
            ConnectionPruningInterval = 5,
        };
        return $"{address};Pgbouncer=true";
    }

    /// <summary>Stops it if it was started.</summary>
    public static async Task StopAsync()
    {
        if (Interlocked.Exchange(ref s_started, null) is { } started)
            await started.DisposeAsync();
    }

    private static async Task<PgBouncerServer> StartAsync() => s_started = await PgBouncerServer.StartAsync(
        TestDatabase.Of((await PostgresServer.GetAsync()).AdminConnectionString!), sessions: Sessions);
}
