using System.Data.Common;

namespace Btec.Tests.Infrastructure;

/// <summary>A foreign transaction that blocks writers until it is disposed: on PostgreSQL those of the rows that a query locks,
/// on SQLite those of the whole file.</summary>
public sealed class HeldRows : IAsyncDisposable
{
    private readonly DbConnection _connection;
    private readonly DbTransaction _transaction;

    private HeldRows(DbConnection connection, DbTransaction transaction) => (_connection, _transaction) = (connection, transaction);

    public static async Task<HeldRows> TakeAsync(TestDatabase database, string query)
    {
        ArgumentNullException.ThrowIfNull(database);
        var connection = await database.ConnectAsync();
        // On SQLite, beginning the transaction takes the write lock.
        var transaction = await connection.BeginTransactionAsync();
        if (database.Kind == DatabaseKind.Postgres)
            await connection.ExecuteAsync(query);

        return new HeldRows(connection, transaction);
    }

    /// <summary>Waits until somebody waits for the rows.</summary>
    public Task WaitForBlockedAsync() => _connection.WaitForBlockedAsync();

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
