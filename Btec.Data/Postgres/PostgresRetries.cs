using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL;

namespace Btec.Data.Postgres;

/// <summary>The retries after transient faults, after connections for which no host was asked, and after statements that were refused
/// because a migration had changed their table. A time-out is not retried: the caller has waited long enough.</summary>
internal sealed class PostgresRetries(ExecutionStrategyDependencies dependencies, PostgresConnections connections)
    : NpgsqlRetryingExecutionStrategy(dependencies, MaxRetries, MaxDelay, errorCodesToAdd: null)
{
    /// <summary>The number of retries. With <see cref="MaxDelay"/> and the connection time-out a request is answered within the
    /// 5 seconds of the contract (docs/contract.md, Protection).</summary>
    private const int MaxRetries = 2;

    /// <summary>The longest pause before a retry.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(500);

    protected override bool ShouldRetryOn(Exception? exception) => IsStalePlan(exception)
        || PostgresConnections.IsNobodyAsked(exception) || (!HasTimedOut(exception) && base.ShouldRetryOn(exception));

    /// <summary>Closes the idle connections when a table has changed under prepared statements: one retry then has no other stale
    /// statement to meet, on this connection or on another.</summary>
    protected override void OnRetry()
    {
        if (IsStalePlan(ExceptionsEncountered[^1])
            && Dependencies.CurrentContext.Context.Database.GetDbConnection() is NpgsqlConnection connection)
            connections.CloseIdle(connection);

        base.OnRetry();
    }

    /// <summary>Returns whether the database did not answer in time. Npgsql throws the bare exception while another connection loads
    /// the types of the database.</summary>
    internal static bool HasTimedOut(Exception? exception) => exception is TimeoutException or { InnerException: TimeoutException };

    private static bool IsStalePlan(Exception? exception) =>
        (exception as PostgresException ?? exception?.InnerException) is PostgresException postgres
        && PostgresRefusals.IsStalePlan(postgres);
}
