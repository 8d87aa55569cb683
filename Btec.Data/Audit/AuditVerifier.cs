using System.Data;
using System.Globalization;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Audit;

/// <summary>Finds what was done to the audit events behind the program's back.</summary>
public sealed class AuditVerifier(BtecDbContext database)
{
    /// <summary>Events read at once.</summary>
    private const int BatchSize = 5_000;

    /// <summary>Walks every chain from its beginning to its recorded end. Events that are written meanwhile are left for the next
    /// time.</summary>
    /// <param name="progress">Told how many events have been checked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many events there are, and the first fault of each chain, in a sentence.</returns>
    public Task<AuditVerdict> VerifyAsync(Action<long> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return database.Database.CreateExecutionStrategy().ExecuteAsync(
            async cancel =>
            {
                // One picture of all of it: a chain that is shortened meanwhile would seem to have lost its beginning. On SQLite a
                // transaction would keep everyone from writing.
                await using var transaction = database.Database.IsNpgsql()
                    ? await database.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel)
                    : null;
                return await VerifyChainsAsync(progress, cancel);
            },
            cancellationToken);
    }

    private async Task<AuditVerdict> VerifyChainsAsync(Action<long> progress, CancellationToken cancellationToken)
    {
        var chains = await database.AuditChains.AsNoTracking().OrderBy(chain => chain.Id).ToListAsync(cancellationToken);
        var (total, faults) = (0L, new List<string>());
        if (chains.Count != AuditChain.Count)
            faults.Add($"There are {chains.Count} chains instead of {AuditChain.Count}.");

        foreach (var chain in chains)
        {
            var (count, fault) = await VerifyAsync(chain, total, progress, cancellationToken);
            total += count;
            if (fault is not null)
                faults.Add($"Chain {chain.Id}: {fault}");
        }

        var known = chains.Select(chain => chain.Id).ToList();
        var stray = await database.AuditEvents.CountAsync(audited => !known.Contains(audited.ChainId), cancellationToken);
        if (stray > 0)
            faults.Add($"{stray} events belong to no chain.");

        return new AuditVerdict(total, faults);
    }

    private async Task<(long Count, string? Fault)> VerifyAsync(
        AuditChain chain, long before, Action<long> progress, CancellationToken cancellationToken)
    {
        var (position, hash) = (chain.Pruned, chain.PrunedHash);
        while (position < chain.Length)
        {
            var after = position;
            var batch = await database.AuditEvents.AsNoTracking()
                .Where(audited => audited.ChainId == chain.Id && audited.Position > after && audited.Position <= chain.Length)
                .OrderBy(audited => audited.Position).Take(BatchSize)
                .ToListAsync(cancellationToken);
            if (batch.Count == 0)
                return (position - chain.Pruned, $"events {position + 1} to {chain.Length} are missing.");

            foreach (var audited in batch)
            {
                if (audited.Position != position + 1)
                    return (position - chain.Pruned, $"event {position + 1} is missing.");

                hash = AuditHash.Compute(audited, hash);
                if (!hash.AsSpan().SequenceEqual(audited.Hash))
                    return (position - chain.Pruned, Describe(audited));

                position++;
            }

            progress(before + position - chain.Pruned);
        }

        var (count, end) = (position - chain.Pruned, chain.Length);
        if (!hash.AsSpan().SequenceEqual(chain.Hash))
            return (count, $"event {end} is not the one that the chain ends with.");

        return await database.AuditEvents.AnyAsync(audited => audited.ChainId == chain.Id && audited.Position <= chain.Pruned, cancellationToken)
            ? (count, "there are events before its beginning.")
            : (count, null);
    }

    private static string Describe(AuditEvent audited) => string.Create(
        CultureInfo.InvariantCulture,
        $"event {audited.Position} ({audited.Id}, {audited.Type}, {audited.OccurredAt:yyyy-MM-dd'T'HH:mm:ss'Z'}) was changed, or stands in another's place.");
}

/// <summary>What was found.</summary>
/// <param name="Count">Events that are as they were written.</param>
/// <param name="Faults">The first fault of each chain; empty if there is none.</param>
public sealed record AuditVerdict(long Count, IReadOnlyList<string> Faults);
