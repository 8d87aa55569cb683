using Btec.Data.Events;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;

namespace Btec.Data.Audit;

/// <summary>The transactions that commit changes together with the events that record them.</summary>
public sealed partial class AuditTrail(
    BtecDbContext database, AuditEnds ends, EventOutbox events, TimeProvider clock, ILogger<AuditTrail> logger)
{
    private bool _hasWarned;

    /// <summary>Runs a unit of work in a transaction, saves its changes, appends its events to a chain that is free, and commits.
    /// After a transient fault the unit is repeated as a whole, unless it turns out to have been committed.</summary>
    /// <param name="work">A function that reads and writes through the same context and records events. It may run more than
    /// once and must keep no state between attempts. It must not hash passwords: on SQLite the transaction blocks other
    /// writers.</param>
    /// <exception cref="DbUpdateException">A constraint was violated; nothing was written.</exception>
    public Task<T> CommitAsync<T>(Func<AuditBatch, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return database.Database.CreateExecutionStrategy().ExecuteAsync(
            new Attempt<T>(),
            (_, attempt, cancel) => RunAsync(work, attempt, cancel),
            (_, attempt, cancel) => FindAsync(attempt, cancel),
            cancellationToken);
    }

    private async Task<T> RunAsync<T>(
        Func<AuditBatch, CancellationToken, Task<T>> work, Attempt<T> attempt, CancellationToken cancellationToken)
    {
        database.ChangeTracker.Clear();
        attempt.EventId = null;
        var batch = new AuditBatch(clock.GetStoredNow());
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        attempt.Result = await work(batch, cancellationToken);
        // Anything that may fail or wait happens before the chain is locked.
        await database.SaveChangesAsync(cancellationToken);
        await events.AddAsync(batch.Events, cancellationToken);
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
        ends.Move(chain, () =>
        {
            foreach (var audited in batch.Events)
            {
                audited.ChainId = chain.Id;
                audited.Position = ++chain.Length;
                chain.Hash = audited.Hash = AuditHash.Compute(audited, chain.Hash);
                database.AuditEvents.Add(audited);
            }
        });
        await database.SaveChangesAsync(cancellationToken);
        if (!ends.CanAuthenticate && !_hasWarned)
        {
            _hasWarned = true;
            LogNotAuthenticated();
        }
    }

    /// <summary>Locks a free chain, or waits for one, until the transaction ends. SQLite has one writer and uses one
    /// chain.</summary>
    private async Task<AuditChain> TakeChainAsync(CancellationToken cancellationToken)
    {
        if (!database.Database.IsNpgsql())
            return await database.AuditChains.AsTracking().OrderBy(chain => chain.Id).FirstAsync(cancellationToken);

        var free = await database.AuditChains
            .FromNamed($"SELECT [columns] FROM audit_chains ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED")
            .AsTracking().ToListAsync(cancellationToken);
        return free.Count > 0
            ? free[0]
            : await database.AuditChains
                .FromNamed($"SELECT [columns] FROM audit_chains WHERE id = 1 + pg_backend_pid() % {AuditChain.Count} FOR UPDATE")
                .AsTracking().SingleAsync(cancellationToken);
    }

    /// <summary>Finds out whether a commit succeeded whose response was lost.</summary>
    private async Task<ExecutionResult<T>> FindAsync<T>(Attempt<T> attempt, CancellationToken cancellationToken)
    {
        var committed = attempt.EventId is { } id
            && await database.AuditEvents.AsNoTracking().AnyAsync(audited => audited.Id == id, cancellationToken);
        return new ExecutionResult<T>(committed, committed ? attempt.Result! : default!);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Jwt:SigningKey is not set, so audit events are written without being authenticated. Run the worker with "
        + "--authenticate-audit.")]
    private partial void LogNotAuthenticated();

    private sealed class Attempt<T>
    {
        public Guid? EventId { get; set; }

        public T? Result { get; set; }
    }
}
