using Microsoft.EntityFrameworkCore.Storage;
using Npgsql.EntityFrameworkCore.PostgreSQL;

namespace Btec.Data.Postgres;

/// <summary>The retries after transient faults. A time-out is not retried: the caller has waited long enough.</summary>
internal sealed class PostgresRetries(ExecutionStrategyDependencies dependencies)
    : NpgsqlRetryingExecutionStrategy(dependencies, MaxRetries, MaxDelay, errorCodesToAdd: null)
{
    /// <summary>The number of retries. With <see cref="MaxDelay"/> and the connection time-out a request is answered within the
    /// 5 seconds of the contract (docs/contract.md, Protection).</summary>
    private const int MaxRetries = 2;

    /// <summary>The longest pause before a retry.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(500);

    protected override bool ShouldRetryOn(Exception? exception) =>
        exception?.InnerException is not TimeoutException && base.ShouldRetryOn(exception);
}
