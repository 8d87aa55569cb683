using System.Data;
using System.Globalization;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Audit;

/// <summary>The verification of the audit chains, which detects changes made outside the program.</summary>
public sealed class AuditVerifier(BtecDbContext database)
{
    /// <summary>The number of events per query. An estimate: about 2 MB of rows.</summary>
    private const int BatchSize = 5_000;

    /// <summary>Verifies every chain from its beginning to its recorded end. Events that are written meanwhile are not
    /// verified.</summary>
    /// <param name="progress">A function that receives the number of events verified so far.</param>
    /// <returns>The number of verified events and the first fault of each chain.</returns>
    public Task<AuditVerdict> VerifyAsync(Action<long> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return database.Database.CreateExecutionStrategy().ExecuteAsync(
            async cancel =>
            {
                // One snapshot: a chain that is pruned meanwhile would seem to have lost its beginning. On SQLite a transaction
                // would block writers.
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

        var hasPruned = await database.AuditEvents.AnyAsync(
            audited => audited.ChainId == chain.Id && audited.Position <= chain.Pruned, cancellationToken);
        return hasPruned
            ? (count, "there are events before its beginning.")
            : (count, null);
    }

    private static string Describe(AuditEvent audited) => string.Create(
        CultureInfo.InvariantCulture,
        $"event {audited.Position} ({audited.Id}, {audited.Type}, {audited.OccurredAt:yyyy-MM-dd'T'HH:mm:ss'Z'}) ")
        + "was changed, or stands in another's place.";
}

/// <summary>The result of a verification.</summary>
/// <param name="Count">The number of events that are unchanged.</param>
/// <param name="Faults">A sentence for the first fault of each chain.</param>
public sealed record AuditVerdict(long Count, IReadOnlyList<string> Faults);
