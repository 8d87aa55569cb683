using System.Text.Json;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Outbox;

/// <summary>The queue of due back-channel logouts, each of which one sender at a time can claim.</summary>
public sealed class LogoutNoticeQueue(BtecDbContext database, TimeProvider clock)
{
    /// <summary>The time for which a claim holds: longer than an attempt takes plus the difference between two instances'
    /// clocks. The notice of a sender that was killed is claimed again after it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Claims the notice that has been due for longest, until <see cref="Lease"/> has passed.</summary>
    /// <param name="passedOver">The clients whose notices are left for later.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The notice, or <see langword="null"/> if none is due and unclaimed.</returns>
    public async Task<LogoutNotice?> ClaimAsync(IReadOnlyCollection<string> passedOver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(passedOver);
        var now = clock.GetStoredNow();
        // On SQLite an UPDATE blocks other writers, even if it finds nothing.
        if (!database.Database.IsNpgsql() && !await IsAnyDueAsync(now, passedOver, cancellationToken))
            return null;

        var claimed = await (database.Database.IsNpgsql() ? ClaimOnPostgres(now, [.. passedOver]) : ClaimOnSqlite(now, passedOver))
            .AsNoTracking().ToListAsync(cancellationToken);
        return claimed.Count > 0 ? claimed[0] : null;
    }

    /// <summary>Marks a notice as sent, even if another sender has claimed it meanwhile.</summary>
    public Task MarkSentAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return database.LogoutNotices.Where(notice => notice.Id == id && notice.SentAt == null).ExecuteUpdateAsync(
            row => row.SetProperty(notice => notice.SentAt, now).SetProperty(notice => notice.LastError, (string?)null),
            cancellationToken);
    }

    /// <summary>Releases a claim and schedules the next attempt.</summary>
    public Task DeferAsync(LogoutNotice claimed, DateTimeOffset until, string error, CancellationToken cancellationToken) =>
        StillHeld(claimed).ExecuteUpdateAsync(
            row => row.SetProperty(notice => notice.NextAttemptAt, until).SetProperty(notice => notice.LastError, error),
            cancellationToken);

    /// <summary>Abandons a notice.</summary>
    public Task AbandonAsync(LogoutNotice claimed, string error, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return StillHeld(claimed).ExecuteUpdateAsync(
            row => row.SetProperty(notice => notice.AbandonedAt, now).SetProperty(notice => notice.LastError, error),
            cancellationToken);
    }

    /// <summary>Selects the notice if the claim is still held: each claim increments the attempts.</summary>
    private IQueryable<LogoutNotice> StillHeld(LogoutNotice claimed)
    {
        ArgumentNullException.ThrowIfNull(claimed);
        return database.LogoutNotices.Where(notice => notice.Id == claimed.Id && notice.Attempts == claimed.Attempts
            && notice.SentAt == null && notice.AbandonedAt == null);
    }

    /// <summary>Returns when the oldest notice that is still to be delivered was created, or <see langword="null"/> if there is
    /// none.</summary>
    public Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken) => database.LogoutNotices
        .Where(notice => notice.SentAt == null && notice.AbandonedAt == null)
        .OrderBy(notice => notice.CreatedAt).Select(notice => (DateTimeOffset?)notice.CreatedAt)
        .FirstOrDefaultAsync(cancellationToken);

    private Task<bool> IsAnyDueAsync(
        DateTimeOffset now, IReadOnlyCollection<string> passedOver, CancellationToken cancellationToken) =>
        database.LogoutNotices.AnyAsync(
            notice => notice.SentAt == null && notice.AbandonedAt == null && notice.NextAttemptAt <= now
                && !passedOver.Contains(notice.ClientId),
            cancellationToken);

    /// <summary>Uses a materialized common table expression: PostgreSQL may run a subquery repeatedly and claim more than it
    /// returns.</summary>
    private IQueryable<LogoutNotice> ClaimOnPostgres(DateTimeOffset now, string[] passedOver) => database.LogoutNotices.FromNamed(
        $"""
        WITH due AS MATERIALIZED (
            SELECT id FROM logout_notices WHERE sent_at IS NULL AND abandoned_at IS NULL AND next_attempt_at <= {now}
                AND client_id <> ALL ({passedOver})
            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        UPDATE logout_notices SET attempts = attempts + 1, next_attempt_at = {now + Lease}
        FROM due WHERE logout_notices.id = due.id RETURNING logout_notices.[columns]
        """);

    private IQueryable<LogoutNotice> ClaimOnSqlite(DateTimeOffset now, IReadOnlyCollection<string> passedOver) => database.LogoutNotices.FromNamed(
        $"""
        UPDATE logout_notices SET attempts = attempts + 1, next_attempt_at = {(now + Lease).UtcTicks}
        WHERE id = (
            SELECT id FROM logout_notices WHERE sent_at IS NULL AND abandoned_at IS NULL AND next_attempt_at <= {now.UtcTicks}
                AND client_id NOT IN (SELECT value FROM json_each({JsonSerializer.Serialize(passedOver)}))
            ORDER BY next_attempt_at LIMIT 1)
        RETURNING [columns]
        """);
}
