using Npgsql;

namespace Btec.Tests.Infrastructure;

/// <summary>A PostgreSQL database that does not exist yet. It is dropped on disposal if a test has created it.</summary>
public sealed class AbsentDatabase : IAsyncDisposable
{
    private readonly TestDatabase _neighbor;
    private readonly string _name;

    private AbsentDatabase(TestDatabase neighbor)
    {
        _neighbor = neighbor;
        var address = new NpgsqlConnectionStringBuilder(neighbor.ConnectionString) { Pooling = false };
        _name = address.Database += "_absent";
        ConnectionString = address.ToString();
    }

    public string ConnectionString { get; }

    public static async Task<AbsentDatabase> CreateAsync() => new(await TestDatabase.CreateAsync(DatabaseKind.Postgres));

    public async Task<bool> ExistsAsync() =>
        (await _neighbor.ReadAsync($"SELECT datname FROM pg_database WHERE datname = '{_name}'")).Count > 0;

    /// <summary>Opens a connection to the database, once it exists.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await _neighbor.ExecuteAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        await _neighbor.DisposeAsync();
    }
}
