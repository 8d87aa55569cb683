using System.Data.Common;

namespace Btec.Tests.Infrastructure;

/// <summary>A transaction of somebody else that keeps others from writing, until it is disposed: on PostgreSQL to the rows that
/// a query locks, on SQLite to the whole file.</summary>
public sealed class HeldRows : IAsyncDisposable
{
    private readonly DbConnection _connection;
    private readonly DbTransaction _transaction;

    private HeldRows(DbConnection connection, DbTransaction transaction) => (_connection, _transaction) = (connection, transaction);

    public static async Task<HeldRows> TakeAsync(TestDatabase database, string query)
    {
        ArgumentNullException.ThrowIfNull(database);
        var connection = await database.ConnectAsync();
        // On SQLite it begins with the lock.
        var transaction = await connection.BeginTransactionAsync();
        if (database.Kind == DatabaseKind.Postgres)
            await connection.ExecuteAsync(query);

        return new HeldRows(connection, transaction);
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
