using Microsoft.EntityFrameworkCore.Storage;
using Npgsql.EntityFrameworkCore.PostgreSQL;

namespace Btec.Data.Postgres;

/// <summary>Tries a statement again after a passing fault, but not after a wait that ran out: whoever asked has waited already.</summary>
internal sealed class PostgresRetries(ExecutionStrategyDependencies dependencies)
    : NpgsqlRetryingExecutionStrategy(dependencies, MaxRetries, MaxDelay, errorCodesToAdd: null)
{
    private const int MaxRetries = 2;
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(500);

    protected override bool ShouldRetryOn(Exception? exception) =>
        exception?.InnerException is not TimeoutException && base.ShouldRetryOn(exception);
}
