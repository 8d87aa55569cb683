using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Retention;

/// <summary>Removes events whose time is over, from the beginning of each chain, and leaves an event that says so.</summary>
public sealed class AuditPurge(BtecDbContext database, AuditTrail audit)
{
    /// <summary>Events of a transaction.</summary>
    public const int BatchSize = 1_000;

    /// <summary>Removes one batch of one chain.</summary>
    /// <returns>How many went.</returns>
    public Task<int> PruneBatchAsync(short chainId, DateTimeOffset before, CancellationToken cancellationToken) => audit.CommitAsync(
        async (batch, cancel) =>
        {
            var chain = await TakeAsync(chainId, cancel);
            var old = await database.AuditEvents.AsNoTracking()
                .Where(audited => audited.ChainId == chainId)
                .OrderBy(audited => audited.Position).Take(BatchSize)
                .ToListAsync(cancel);
            // Up to the first that stays: a chain has no holes.
            var end = old.TakeWhile(audited => audited.OccurredAt < before).LastOrDefault();
            if (chain is null || end is null)
                return 0;

            var removed = await database.AuditEvents
                .Where(audited => audited.ChainId == chainId && audited.Position <= end.Position)
                .ExecuteDeleteAsync(cancel);
            (chain.Pruned, chain.PrunedHash) = (end.Position, end.Hash);
            batch.Record(AuditTypes.AuditPruned, userId: null, actorId: null, origin: null, details: new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["chain"] = chainId,
                ["events"] = removed,
                ["until"] = end.OccurredAt,
            });
            return removed;
        },
        cancellationToken);

    /// <summary>The chain, unless somebody writes to it now: the next round comes soon enough.</summary>
    private async Task<AuditChain?> TakeAsync(short chainId, CancellationToken cancellationToken)
    {
        var chains = database.Database.IsNpgsql()
            ? database.AuditChains.FromSql($"SELECT * FROM audit_chains WHERE id = {chainId} FOR UPDATE SKIP LOCKED")
            : database.AuditChains.Where(chain => chain.Id == chainId);
        return (await chains.AsTracking().ToListAsync(cancellationToken)).SingleOrDefault();
    }
}
