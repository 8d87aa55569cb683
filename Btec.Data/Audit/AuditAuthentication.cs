using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Audit;

/// <summary>The authentication of the chains' ends under the current secret, for operators who know why they are not
/// authentic: after an upgrade from a version that did not authenticate them, or after a change of <c>Jwt:SigningKey</c>.</summary>
public sealed class AuditAuthentication(BtecDbContext database, AuditVerifier verifier, AuditTrail audit, AuditEnds ends)
{
    /// <summary>Verifies the events of every chain and authenticates the ends that are not authentic under the current secret, which
    /// an event records.</summary>
    /// <param name="noted">Heads that were noted earlier, which the chains must still contain.</param>
    /// <param name="progress">A function that receives the number of events verified so far.</param>
    /// <returns>The faults, if there are any, and the number of chains that were authenticated.</returns>
    public async Task<(IReadOnlyList<string> Faults, int Chains)> RunAsync(
        IReadOnlyList<AuditHead> noted, Action<long> progress, CancellationToken cancellationToken)
    {
        var verdict = await verifier.VerifyAsync(noted, needsAuthenticEnds: false, progress, cancellationToken);
        if (verdict.Faults.Count > 0)
            return (verdict.Faults, 0);

        var (faults, chains) = (new List<string>(), 0);
        foreach (var verified in verdict.Verified)
        {
            var (authenticated, fault) = await database.Database.CreateExecutionStrategy()
                .ExecuteAsync(cancel => AuthenticateAsync(verified, cancel), cancellationToken);
            chains += authenticated ? 1 : 0;
            if (fault is not null)
                faults.Add($"Chain {verified.ChainId}: {fault}");
        }

        if (chains > 0)
            await RecordAsync(chains, cancellationToken);

        return (faults, chains);
    }

    private async Task<(bool Authenticated, string? Fault)> AuthenticateAsync(
        VerifiedChain verified, CancellationToken cancellationToken)
    {
        database.ChangeTracker.Clear();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var chain = await LockAsync(verified.ChainId, cancellationToken);
        if (ends.AreCurrent(chain))
            return (false, null);

        // What was written since the verification.
        var walk = new AuditChainWalk(database, chain, noted: [], verified);
        if (await walk.FindFaultAsync(static _ => { }, cancellationToken) is { } fault)
            return (false, fault);

        ends.Authenticate(chain);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (true, null);
    }

    private Task<AuditChain> LockAsync(short chainId, CancellationToken cancellationToken)
    {
        var chains = database.Database.IsNpgsql()
            ? database.AuditChains.FromNamed($"SELECT [columns] FROM audit_chains WHERE id = {chainId} FOR UPDATE")
            : database.AuditChains.Where(chain => chain.Id == chainId);
        return chains.AsTracking().SingleAsync(cancellationToken);
    }

    private Task<bool> RecordAsync(int chains, CancellationToken cancellationToken) => audit.CommitAsync(
        (batch, _) =>
        {
            batch.Record(
                AuditTypes.AuditAuthenticated, userId: null, actorId: null, origin: null,
                details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["chains"] = chains });
            return Task.FromResult(true);
        },
        cancellationToken);
}
