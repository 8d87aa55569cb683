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
    /// <returns>The notice, or <see langword="null"/> if none is due and unclaimed.</returns>
    public async Task<LogoutNotice?> ClaimAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        // On SQLite an UPDATE blocks other writers, even if it finds nothing.
        if (!database.Database.IsNpgsql() && !await IsAnyDueAsync(now, cancellationToken))
            return null;

        var claimed = await (database.Database.IsNpgsql() ? ClaimOnPostgres(now) : ClaimOnSqlite(now))
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

    private Task<bool> IsAnyDueAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.LogoutNotices.AnyAsync(
        notice => notice.SentAt == null && notice.AbandonedAt == null && notice.NextAttemptAt <= now, cancellationToken);

    /// <summary>Uses a materialized common table expression: PostgreSQL may run a subquery repeatedly and claim more than it
    /// returns.</summary>
    private IQueryable<LogoutNotice> ClaimOnPostgres(DateTimeOffset now) => database.LogoutNotices.FromNamed(
        $"""
        WITH due AS MATERIALIZED (
            SELECT id FROM logout_notices WHERE sent_at IS NULL AND abandoned_at IS NULL AND next_attempt_at <= {now}
            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        UPDATE logout_notices SET attempts = attempts + 1, next_attempt_at = {now + Lease}
        FROM due WHERE logout_notices.id = due.id RETURNING logout_notices.[columns]
        """);

    private IQueryable<LogoutNotice> ClaimOnSqlite(DateTimeOffset now) => database.LogoutNotices.FromNamed(
        $"""
        UPDATE logout_notices SET attempts = attempts + 1, next_attempt_at = {(now + Lease).UtcTicks}
        WHERE id = (
            SELECT id FROM logout_notices WHERE sent_at IS NULL AND abandoned_at IS NULL AND next_attempt_at <= {now.UtcTicks}
            ORDER BY next_attempt_at LIMIT 1)
        RETURNING [columns]
        """);
}
