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
            if (await TakeAsync(chainId, cancel) is not { } chain)
                return 0;

            // Not what is before the beginning: the verification has to find it. Nor would a batch be as fast as the first, because the
            // index has the rows of the former ones until a vacuum, and for as long as a dump or a verification runs.
            var pruned = chain.Pruned;
            var kept = database.AuditEvents.Where(audited => audited.ChainId == chainId && audited.Position > pruned);
            var old = await kept.AsNoTracking().OrderBy(audited => audited.Position).Take(BatchSize).ToListAsync(cancel);
            // Only up to the first event that stays: a chain has no holes.
            if (old.TakeWhile(audited => audited.OccurredAt < before).LastOrDefault() is not { } end)
                return 0;

            var removed = await kept.Where(audited => audited.Position <= end.Position).ExecuteDeleteAsync(cancel);
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
