using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Retention;

/// <summary>The deletion of expired audit events from the beginning of each chain, which is recorded by an event.</summary>
public sealed class AuditPurge(BtecDbContext database, AuditTrail audit, AuditEnds ends)
{
    /// <summary>The number of events per transaction, so that a chain is locked briefly. An estimate.</summary>
    public const int BatchSize = 1_000;

    /// <summary>Deletes one batch of one chain.</summary>
    /// <returns>The number of events deleted.</returns>
    public Task<int> PruneBatchAsync(short chainId, DateTimeOffset before, CancellationToken cancellationToken) => audit.CommitAsync(
        async (batch, cancel) =>
        {
            var chain = await TakeAsync(chainId, cancel);
            var old = await database.AuditEvents.AsNoTracking()
                .Where(audited => audited.ChainId == chainId)
                .OrderBy(audited => audited.Position).Take(BatchSize)
                .ToListAsync(cancel);
            // Only up to the first event that stays: a chain has no holes.
            var end = old.TakeWhile(audited => audited.OccurredAt < before).LastOrDefault();
            if (chain is null || end is null)
                return 0;

            var removed = await database.AuditEvents
                .Where(audited => audited.ChainId == chainId && audited.Position <= end.Position)
                .ExecuteDeleteAsync(cancel);
            ends.Move(chain, () => (chain.Pruned, chain.PrunedHash) = (end.Position, end.Hash));
            var details = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["chain"] = chainId,
                ["events"] = removed,
                ["until"] = end.OccurredAt,
            };
            batch.Record(AuditTypes.AuditPruned, userId: null, actorId: null, origin: null, details: details);
            return removed;
        },
        cancellationToken);

    /// <summary>Locks a chain. Returns <see langword="null"/> if another transaction has locked it; the next round tries
    /// again.</summary>
    private async Task<AuditChain?> TakeAsync(short chainId, CancellationToken cancellationToken)
    {
        var chains = database.Database.IsNpgsql()
            ? database.AuditChains.FromNamed($"SELECT [columns] FROM audit_chains WHERE id = {chainId} FOR UPDATE SKIP LOCKED")
            : database.AuditChains.Where(chain => chain.Id == chainId);
        return (await chains.AsTracking().ToListAsync(cancellationToken)).SingleOrDefault();
    }
}
