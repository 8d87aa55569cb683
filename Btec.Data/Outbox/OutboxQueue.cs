using System.Runtime.CompilerServices;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace Btec.Data.Outbox;

/// <summary>The queue of due items of one kind, each of which one sender at a time can claim. Mails, back-channel logouts, webhook
/// deliveries and events of the broker have one each.</summary>
public abstract class OutboxQueue<TItem>(BtecDbContext database, TimeProvider clock, OutboxTable table)
    where TItem : OutboxItem
{
    /// <summary>Marks an item as sent, even if another sender has claimed it meanwhile.</summary>
    /// <returns><see langword="true"/> if it was not marked before.</returns>
    public async Task<bool> MarkSentAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return await database.Set<TItem>().Where(item => item.Id == id && item.SentAt == null).ExecuteUpdateAsync(
            row =>
            {
                row.SetProperty(item => item.SentAt, now).SetProperty(item => item.LastError, (string?)null);
                Finish(row);
            },
            cancellationToken) == 1;
    }

    /// <summary>Releases a claim and schedules the next attempt.</summary>
    /// <param name="claimed">The item.</param>
    /// <param name="until">The time of the next attempt.</param>
    /// <param name="error">The error, or <see langword="null"/> to keep the one before.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns><see langword="true"/> if the claim was still held.</returns>
    public async Task<bool> DeferAsync(TItem claimed, DateTimeOffset until, string? error, CancellationToken cancellationToken) =>
        await StillHeld(claimed).ExecuteUpdateAsync(
            row => row.SetProperty(item => item.NextAttemptAt, until).SetProperty(item => item.LastError, item => error ?? item.LastError),
            cancellationToken) == 1;

    /// <summary>Abandons an item.</summary>
    /// <returns><see langword="true"/> if the claim was still held.</returns>
    public async Task<bool> AbandonAsync(TItem claimed, string error, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return await StillHeld(claimed).ExecuteUpdateAsync(
            row =>
            {
                row.SetProperty(item => item.AbandonedAt, now).SetProperty(item => item.LastError, error);
                Finish(row);
            },
            cancellationToken) == 1;
    }

    /// <summary>Returns the creation time of the oldest item that is neither sent nor abandoned, or <see langword="null"/>.</summary>
    public Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken) => database.Set<TItem>()
        .Where(item => item.SentAt == null && item.AbandonedAt == null)
        .OrderBy(item => item.CreatedAt).Select(item => (DateTimeOffset?)item.CreatedAt).FirstOrDefaultAsync(cancellationToken);

    /// <summary>Erases what an item needs no longer once it is sent or abandoned.</summary>
    protected virtual void Finish(UpdateSettersBuilder<TItem> row)
    {
    }

    /// <summary>Claims the first due item until the lease has passed.</summary>
    /// <param name="overdueFor">The minimum time for which the item has been due.</param>
    /// <param name="condition">A further condition in SQL, in which <c>{2}</c> is <paramref name="argument"/>, or an empty text.</param>
    /// <param name="argument">The argument of the condition.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The item, or <see langword="null"/> if none is due and unclaimed.</returns>
    protected async Task<TItem?> ClaimAsync(
        TimeSpan overdueFor, string condition, object? argument, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        var due = now - overdueFor;
        // On SQLite an UPDATE blocks other writers, even if it finds nothing.
        if (!database.Database.IsNpgsql() && !await Due(due).AnyAsync(cancellationToken))
            return null;

        var further = condition.Length > 0 ? $" AND {condition}" : "";
        var claim = database.Database.IsNpgsql()
            ? FormattableStringFactory.Create(ClaimOnPostgres(further), due, now + table.Lease, argument)
            : FormattableStringFactory.Create(ClaimOnSqlite(further), due.UtcTicks, (now + table.Lease).UtcTicks, argument);
        var claimed = await database.Set<TItem>().FromNamed(claim).AsNoTracking().ToListAsync(cancellationToken);
        return claimed.Count > 0 ? claimed[0] : null;
    }

    /// <summary>Selects the items that are due at a time.</summary>
    protected IQueryable<TItem> Due(DateTimeOffset time) => database.Set<TItem>()
        .Where(item => item.SentAt == null && item.AbandonedAt == null && item.NextAttemptAt <= time);

    /// <summary>Selects the item if the claim is still held: each claim increments the attempts.</summary>
    protected IQueryable<TItem> StillHeld(TItem claimed)
    {
        ArgumentNullException.ThrowIfNull(claimed);
        return database.Set<TItem>().Where(item =>
            item.Id == claimed.Id && item.Attempts == claimed.Attempts && item.SentAt == null && item.AbandonedAt == null);
    }

    /// <summary>Uses a materialized common table expression: PostgreSQL may run a subquery repeatedly and claim more than it
    /// returns.</summary>
    private string ClaimOnPostgres(string further) =>
        $$"""
        WITH due AS MATERIALIZED (
            SELECT id FROM {{table.Name}} WHERE sent_at IS NULL AND abandoned_at IS NULL AND next_attempt_at <= {0}{{further}}
            ORDER BY {{table.Order}} LIMIT 1 FOR UPDATE SKIP LOCKED)
        UPDATE {{table.Name}} SET attempts = attempts + 1, next_attempt_at = {1}
        FROM due WHERE {{table.Name}}.id = due.id RETURNING {{table.Name}}.[columns]
        """;

    private string ClaimOnSqlite(string further) =>
        $$"""
        UPDATE {{table.Name}} SET attempts = attempts + 1, next_attempt_at = {1}
        WHERE id = (
            SELECT id FROM {{table.Name}} WHERE sent_at IS NULL AND abandoned_at IS NULL AND next_attempt_at <= {0}{{further}}
            ORDER BY {{table.Order}} LIMIT 1)
        RETURNING [columns]
        """;
}

/// <summary>The table of a queue.</summary>
/// <param name="Name">The name.</param>
/// <param name="Lease">The time for which a claim holds: longer than an attempt takes plus the difference between two instances' clocks. The
/// item of a sender that was killed is claimed again after it.</param>
/// <param name="Order">The columns that due items are claimed in the order of.</param>
public sealed record OutboxTable(string Name, TimeSpan Lease, string Order = "next_attempt_at");
