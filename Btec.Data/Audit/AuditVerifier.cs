using System.Data;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Audit;

/// <summary>The verification of the audit chains, which detects changes made outside the program.</summary>
public sealed class AuditVerifier(BtecDbContext database, AuditEnds ends)
{
    /// <summary>Verifies every chain from its beginning to its recorded end, and that its ends are authentic. Events that are
    /// written meanwhile are not verified.</summary>
    /// <param name="noted">Heads that were noted earlier, which the chains must still contain.</param>
    /// <param name="progress">A function that receives the number of events verified so far.</param>
    public Task<AuditVerdict> VerifyAsync(
        IReadOnlyList<AuditHead> noted, Action<long> progress, CancellationToken cancellationToken) =>
        VerifyAsync(noted, needsAuthenticEnds: true, progress, cancellationToken);

    /// <summary>Verifies every chain, and that its ends are authentic if <paramref name="needsAuthenticEnds"/> is
    /// <see langword="true"/>.</summary>
    internal Task<AuditVerdict> VerifyAsync(
        IReadOnlyList<AuditHead> noted, bool needsAuthenticEnds, Action<long> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(noted);
        ArgumentNullException.ThrowIfNull(progress);
        return database.Database.CreateExecutionStrategy().ExecuteAsync(
            async cancel =>
            {
                // One snapshot: a chain that is pruned meanwhile would seem to have lost its beginning. On SQLite a transaction
                // would block writers.
                await using var transaction = database.Database.IsNpgsql()
                    ? await database.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel)
                    : null;
                return await VerifyChainsAsync(noted, needsAuthenticEnds, progress, cancel);
            },
            cancellationToken);
    }

    private async Task<AuditVerdict> VerifyChainsAsync(
        IReadOnlyList<AuditHead> noted, bool needsAuthenticEnds, Action<long> progress, CancellationToken cancellationToken)
    {
        var chains = await database.AuditChains.AsNoTracking().OrderBy(chain => chain.Id).ToListAsync(cancellationToken);
        var (total, faults, verified) = (0L, new List<string>(), new List<VerifiedChain>());
        if (chains.Count != AuditChain.Count)
            faults.Add($"There are {chains.Count} chains instead of {AuditChain.Count}.");

        foreach (var chain in chains)
        {
            var walk = new AuditChainWalk(database, chain, [.. noted.Where(head => head.ChainId == chain.Id)]);
            var before = total;
            var fault = await walk.FindFaultAsync(count => progress(before + count), cancellationToken);
            if (fault is null && needsAuthenticEnds && !ends.AreAuthentic(chain))
                fault = "its ends are not authentic. They were changed, or not yet authenticated under this Jwt:SigningKey.";

            total += walk.Count;
            verified.Add(walk.Verified);
            if (fault is not null)
                faults.Add($"Chain {chain.Id}: {fault}");
        }

        var known = chains.Select(chain => chain.Id).ToList();
        var stray = await database.AuditEvents.CountAsync(audited => !known.Contains(audited.ChainId), cancellationToken);
        if (stray > 0)
            faults.Add($"{stray} events belong to no chain.");

        return new AuditVerdict(total, faults, AuditHead.Write(chains)) { Verified = verified };
    }
}

/// <summary>The result of a verification.</summary>
/// <param name="Count">The number of events that are unchanged.</param>
/// <param name="Faults">A sentence for the first fault of each chain.</param>
/// <param name="Heads">The heads of the chains, to be noted outside the database.</param>
public sealed record AuditVerdict(long Count, IReadOnlyList<string> Faults, string Heads)
{
    internal IReadOnlyList<VerifiedChain> Verified { get; init; } = [];
}
