using Btec.Data.Model;

namespace Btec.Data.Postgres;

/// <summary>The reads that may show a state some seconds old: lists. They go to the replica, and to the primary where there is none, or
/// while it is behind, gone or slow.</summary>
/// <remarks>Nothing that decides about access may be read here; see docs/decisions/0023-lists-from-a-replica.md.</remarks>
/// <param name="primary">The context of the request.</param>
/// <param name="replica">The replica, if one is configured.</param>
public sealed class ReplicaReads(BtecDbContext primary, ReadReplica? replica = null)
{
    /// <summary>Runs a query on either server.</summary>
    /// <param name="query">A function that runs the query on the given context, and tracks nothing.</param>
    /// <param name="cancellationToken">A token that cancels the query.</param>
    public async Task<T> ReadAsync<T>(Func<BtecDbContext, Task<T>> query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (replica is { IsUsable: true })
        {
            try
            {
                await using var context = replica.CreateContext();
                return await query(context);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && DatabaseFaults.IsUnavailable(exception))
            {
                replica.Pause(exception);
            }
        }

        return await query(primary);
    }
}
