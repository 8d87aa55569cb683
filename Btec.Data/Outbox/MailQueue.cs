using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Outbox;

/// <summary>The queue of due mails, each of which one sender at a time can claim.</summary>
public sealed class MailQueue(BtecDbContext database, AuditTrail audit, TimeProvider clock)
{
    /// <summary>The time for which a claim holds: longer than an attempt takes plus the difference between two instances'
    /// clocks. The mail of a sender that was killed is claimed again after it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>Claims the mail of the highest priority that has been due for longest, until <see cref="Lease"/> has
    /// passed.</summary>
    /// <param name="overdueFor">The minimum time for which the mail has been due.</param>
    /// <returns>The mail, or <see langword="null"/> if none is due and unclaimed.</returns>
    public async Task<OutgoingMail?> ClaimAsync(TimeSpan overdueFor, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        var due = now - overdueFor;
        // On SQLite an UPDATE blocks other writers, even if it finds nothing.
        if (!database.Database.IsNpgsql() && !await IsAnyDueAsync(due, cancellationToken))
            return null;

        var claimed = await (database.Database.IsNpgsql() ? ClaimOnPostgres(due, now) : ClaimOnSqlite(due, now))
            .AsNoTracking().ToListAsync(cancellationToken);
        return claimed.Count > 0 ? claimed[0] : null;
    }

    /// <summary>Marks a mail as sent and erases its secret, even if another sender has claimed it meanwhile.</summary>
    /// <returns>Whether it was not marked before.</returns>
    public async Task<bool> MarkSentAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return await database.OutgoingMails.Where(mail => mail.Id == id && mail.SentAt == null).ExecuteUpdateAsync(
            row => row.SetProperty(mail => mail.SentAt, now).SetProperty(mail => mail.SealedValues, (byte[]?)null)
                .SetProperty(mail => mail.LastError, (string?)null),
            cancellationToken) == 1;
    }

    /// <summary>Releases a claim and schedules the next attempt.</summary>
    /// <returns>Whether the claim was still held.</returns>
    public async Task<bool> DeferAsync(
        OutgoingMail claimed, DateTimeOffset until, string? error, CancellationToken cancellationToken) =>
        await StillHeld(claimed).ExecuteUpdateAsync(
            row => row.SetProperty(mail => mail.NextAttemptAt, until)
                .SetProperty(mail => mail.LastError, mail => error ?? mail.LastError),
            cancellationToken) == 1;

    /// <summary>Abandons a mail, erases its secret and records the event.</summary>
    /// <param name="outcome">The reason as a code for the audit trail.</param>
    /// <param name="error">The reason as the mail server gave it.</param>
    public Task<bool> AbandonAsync(OutgoingMail claimed, string outcome, string error, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claimed);
        return audit.CommitAsync(
            async (batch, cancel) =>
            {
                var now = clock.GetStoredNow();
                var abandoned = await StillHeld(claimed).ExecuteUpdateAsync(
                    row => row.SetProperty(mail => mail.AbandonedAt, now).SetProperty(mail => mail.SealedValues, (byte[]?)null)
                        .SetProperty(mail => mail.LastError, error),
                    cancel);
                if (abandoned == 0)
                    return false;

                batch.Record(
                    AuditTypes.MailAbandoned, claimed.UserId, actorId: null, origin: null, outcome: outcome,
                    details: Describe(claimed));
                return true;
            },
            cancellationToken);
    }

    /// <summary>Returns the creation time of the oldest mail that is neither sent nor abandoned, or
    /// <see langword="null"/>.</summary>
    public Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken) => database.OutgoingMails
        .Where(mail => mail.SentAt == null && mail.AbandonedAt == null)
        .OrderBy(mail => mail.CreatedAt).Select(mail => (DateTimeOffset?)mail.CreatedAt).FirstOrDefaultAsync(cancellationToken);

    private static Dictionary<string, object?> Describe(OutgoingMail mail) => new(StringComparer.Ordinal)
    {
        ["mail_id"] = mail.Id,
        ["template"] = mail.Template.ToString(),
        ["attempts"] = mail.Attempts,
    };

    /// <summary>Selects the mail if the claim is still held: each claim increments the attempts.</summary>
    private IQueryable<OutgoingMail> StillHeld(OutgoingMail claimed) => database.OutgoingMails.Where(mail =>
        mail.Id == claimed.Id && mail.Attempts == claimed.Attempts && mail.SentAt == null && mail.AbandonedAt == null);

    private Task<bool> IsAnyDueAsync(DateTimeOffset due, CancellationToken cancellationToken) => database.OutgoingMails
        .AnyAsync(mail => mail.SentAt == null && mail.AbandonedAt == null && mail.NextAttemptAt <= due, cancellationToken);

    /// <summary>Uses a materialized common table expression: PostgreSQL may run a subquery repeatedly and claim more than it
    /// returns.</summary>
    private IQueryable<OutgoingMail> ClaimOnPostgres(DateTimeOffset due, DateTimeOffset now) => database.OutgoingMails.FromNamed(
        $"""
        WITH due AS MATERIALIZED (
            SELECT id FROM outgoing_mails WHERE sent_at IS NULL AND abandoned_at IS NULL AND next_attempt_at <= {due}
            ORDER BY priority, next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        UPDATE outgoing_mails SET attempts = attempts + 1, next_attempt_at = {now + Lease}
        FROM due WHERE outgoing_mails.id = due.id RETURNING outgoing_mails.[columns]
        """);

    private IQueryable<OutgoingMail> ClaimOnSqlite(DateTimeOffset due, DateTimeOffset now) => database.OutgoingMails.FromNamed(
        $"""
        UPDATE outgoing_mails SET attempts = attempts + 1, next_attempt_at = {(now + Lease).UtcTicks}
        WHERE id = (
            SELECT id FROM outgoing_mails WHERE sent_at IS NULL AND abandoned_at IS NULL AND next_attempt_at <= {due.UtcTicks}
            ORDER BY priority, next_attempt_at LIMIT 1)
        RETURNING [columns]
        """);
}
