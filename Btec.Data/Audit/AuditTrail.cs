using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Btec.Data.Audit;

/// <summary>Commits changes together with the events that record them: both are there, or neither.</summary>
public sealed class AuditTrail(BtecDbContext database, TimeProvider clock)
{
    /// <summary>Runs a unit of work in a transaction, saves what it changed, appends its events to a chain that nobody holds, and
    /// commits. After a passing fault the unit is repeated as a whole, unless it is found to have been committed.</summary>
    /// <param name="work">Reads and writes through the same context, and notes events. It may run again: it keeps nothing between
    /// two attempts. It computes no password hash: on SQLite the transaction holds the one writer's place.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    /// <exception cref="DbUpdateException">A rule of the database was broken; nothing was written.</exception>
    public Task<T> CommitAsync<T>(Func<AuditBatch, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return database.Database.CreateExecutionStrategy().ExecuteAsync(
            new Attempt<T>(), (_, attempt, cancel) => RunAsync(work, attempt, cancel), (_, attempt, cancel) => FindAsync(attempt, cancel), cancellationToken);
    }

    private async Task<T> RunAsync<T>(Func<AuditBatch, CancellationToken, Task<T>> work, Attempt<T> attempt, CancellationToken cancellationToken)
    {
        database.ChangeTracker.Clear();
        attempt.EventId = null;
        var batch = new AuditBatch(clock.GetStoredNow());
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        attempt.Result = await work(batch, cancellationToken);
        // What may fail or wait does so before the chain is held.
        await database.SaveChangesAsync(cancellationToken);
        await AppendAsync(batch, cancellationToken);
        attempt.EventId = batch.Events.Count > 0 ? batch.Events[^1].Id : null;
        await transaction.CommitAsync(cancellationToken);
        return attempt.Result;
    }

    private async Task AppendAsync(AuditBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Events.Count == 0)
            return;

        var chain = await TakeChainAsync(cancellationToken);
        foreach (var audited in batch.Events)
        {
            audited.ChainId = chain.Id;
            audited.Position = ++chain.Length;
            chain.Hash = audited.Hash = AuditHash.Compute(audited, chain.Hash);
            database.AuditEvents.Add(audited);
        }

        await database.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A chain for this transaction alone, until it ends: one that is free, or the first to become so. SQLite has one
    /// writer, and needs one chain.</summary>
    private async Task<AuditChain> TakeChainAsync(CancellationToken cancellationToken)
    {
        if (!database.Database.IsNpgsql())
            return await database.AuditChains.AsTracking().OrderBy(chain => chain.Id).FirstAsync(cancellationToken);

        var free = await database.AuditChains
            .FromSql($"SELECT * FROM audit_chains ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED")
            .AsTracking().ToListAsync(cancellationToken);
        return free.Count > 0
            ? free[0]
            : await database.AuditChains
                .FromSql($"SELECT * FROM audit_chains WHERE id = 1 + pg_backend_pid() % {AuditChain.Count} FOR UPDATE")
                .AsTracking().SingleAsync(cancellationToken);
    }

    /// <summary>Whether a commit whose answer was lost took place.</summary>
    private async Task<ExecutionResult<T>> FindAsync<T>(Attempt<T> attempt, CancellationToken cancellationToken)
    {
        var committed = attempt.EventId is { } id
            && await database.AuditEvents.AsNoTracking().AnyAsync(audited => audited.Id == id, cancellationToken);
        return new ExecutionResult<T>(committed, committed ? attempt.Result! : default!);
    }

    private sealed class Attempt<T>
    {
        public Guid? EventId { get; set; }

        public T? Result { get; set; }
    }
}
