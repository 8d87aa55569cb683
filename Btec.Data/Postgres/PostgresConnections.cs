using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>The pool of connections that everything in a process shares. Of several hosts it remembers which is the primary, and asks them
/// all again as soon as it remembers none.</summary>
/// <remarks>Npgsql takes a host for unavailable once a single connection to it breaks, and for a standby until it looks again, both for
/// <c>Host Recheck Seconds</c>. Within that time it asks nobody, and refuses every connection.</remarks>
public sealed class PostgresConnections : IDisposable
{
    /// <summary>The beginning of the message of Npgsql 10.0.3 for "no host may be asked". It has no type of its own.</summary>
    private const string NobodyAsked = "No suitable host";

    private readonly string _connectionString;
    private readonly NpgsqlMultiHostDataSource? _hosts;

    public PostgresConnections(string connectionString)
    {
        _connectionString = connectionString;
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        // The migration lock and other connections outside the pool need the password that a data source would keep to itself.
        address.PersistSecurityInfo = true;
        if (PostgresHosts.Split(address.Host!).Skip(1).Any())
            _hosts = new NpgsqlDataSourceBuilder(address.ToString()).BuildMultiHost();
    }

    /// <summary>The source of connections with several hosts; with one, the connection string names the pool.</summary>
    internal NpgsqlDataSource? Hosts => _hosts;

    /// <summary>Returns whether a connection was refused without any host having been asked.</summary>
    internal static bool IsNobodyAsked(Exception? exception) =>
        exception is NpgsqlException { InnerException: null } and not PostgresException
        && exception.Message.StartsWith(NobodyAsked, StringComparison.Ordinal);

    /// <summary>Opens a connection, which the caller disposes.</summary>
    /// <exception cref="NpgsqlException">No host can be connected to.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = _hosts?.CreateConnection() ?? new NpgsqlConnection(_connectionString);
        try
        {
            try
            {
                await connection.OpenAsync(cancellationToken);
            }
            catch (NpgsqlException exception) when (TryForget(exception))
            {
                await connection.OpenAsync(cancellationToken);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => _hosts?.Dispose();

    /// <summary>Forgets the states of the hosts if nobody was asked because of them, so that the next attempt asks.</summary>
    internal bool TryForget(Exception? exception)
    {
        if (_hosts is null || !IsNobodyAsked(exception))
            return false;

        _hosts.ClearDatabaseStates();
        return true;
    }

    /// <summary>Closes the idle connections.</summary>
    internal void CloseIdle(NpgsqlConnection connection)
    {
        if (_hosts is not null)
            _hosts.Clear();
        else
            NpgsqlConnection.ClearPool(connection);
    }
}
