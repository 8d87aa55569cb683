using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Outbox;

/// <summary>Hands mails out to senders, each to one at a time, and keeps what became of them.</summary>
public sealed class MailQueue(BtecDbContext database, AuditTrail audit, TimeProvider clock)
{
    /// <summary>How long a claim holds: longer than an attempt may take and two instances' clocks may be apart. A mail whose sender
    /// was killed is tried again after it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>Claims the mail that has been due for longest: nobody else gets it before <see cref="Lease"/> is over.</summary>
    /// <param name="overdueFor">Only one that has been due for this long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><see langword="null"/>: none is due that nobody has claimed.</returns>
    public async Task<OutgoingMail?> ClaimAsync(TimeSpan overdueFor, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        var due = now - overdueFor;
        // An UPDATE takes the place of SQLite's one writer, even if it finds nothing.
        if (!database.Database.IsNpgsql() && !await IsAnyDueAsync(due, cancellationToken))
            return null;

        var claimed = await (database.Database.IsNpgsql() ? ClaimOnPostgres(due, now) : ClaimOnSqlite(due, now))
            .AsNoTracking().ToListAsync(cancellationToken);
        return claimed.Count > 0 ? claimed[0] : null;
    }

    /// <summary>Notes that it was accepted, and forgets its secret, whoever may have claimed it meanwhile.</summary>
    /// <returns>Whether this was news.</returns>
    public async Task<bool> MarkSentAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return await database.OutgoingMails.Where(mail => mail.Id == id && mail.SentAt == null).ExecuteUpdateAsync(
            row => row.SetProperty(mail => mail.SentAt, now).SetProperty(mail => mail.SealedValues, (byte[]?)null)
                .SetProperty(mail => mail.LastError, (string?)null),
            cancellationToken) == 1;
    }

    /// <summary>Gives a claim back, to be tried again at a time.</summary>
    /// <returns>Whether it was still held.</returns>
    public async Task<bool> DeferAsync(OutgoingMail claimed, DateTimeOffset until, string? error, CancellationToken cancellationToken) =>
        await StillHeld(claimed).ExecuteUpdateAsync(
            row => row.SetProperty(mail => mail.NextAttemptAt, until).SetProperty(mail => mail.LastError, mail => error ?? mail.LastError),
            cancellationToken) == 1;

    /// <summary>Gives a mail up for good, forgets its secret, and records it.</summary>
    /// <param name="claimed">The mail.</param>
    /// <param name="outcome">Why, in a word for the audit.</param>
    /// <param name="error">Why, in the words of the server.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
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

                batch.Record(AuditTypes.MailAbandoned, claimed.UserId, actorId: null, origin: null, outcome: outcome, details: Describe(claimed));
                return true;
            },
            cancellationToken);
    }

    /// <summary>When the oldest mail was written that is neither sent nor given up.</summary>
    public Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken) => database.OutgoingMails
        .Where(mail => mail.SentAt == null && mail.AbandonedAt == null)
        .OrderBy(mail => mail.CreatedAt).Select(mail => (DateTimeOffset?)mail.CreatedAt).FirstOrDefaultAsync(cancellationToken);

    private static Dictionary<string, object?> Describe(OutgoingMail mail) => new(StringComparer.Ordinal)
    {
        ["mail_id"] = mail.Id,
        ["template"] = mail.Template.ToString(),
        ["attempts"] = mail.Attempts,
    };

    /// <summary>The row, unless the claim was lost: each claim counts an attempt.</summary>
    private IQueryable<OutgoingMail> StillHeld(OutgoingMail claimed) => database.OutgoingMails.Where(mail =>
        mail.Id == claimed.Id && mail.Attempts == claimed.Attempts && mail.SentAt == null && mail.AbandonedAt == null);

    private Task<bool> IsAnyDueAsync(DateTimeOffset due, CancellationToken cancellationToken) => database.OutgoingMails
        .AnyAsync(mail => mail.SentAt == null && mail.AbandonedAt == null && mail.NextAttemptAt <= due, cancellationToken);

    /// <summary>A common table expression: PostgreSQL may run a subquery again, and claim more than it returns.</summary>
    private IQueryable<OutgoingMail> ClaimOnPostgres(DateTimeOffset due, DateTimeOffset now) => database.OutgoingMails.FromSql(
        $"""
        WITH due AS MATERIALIZED (
            SELECT id FROM outgoing_mails WHERE sent_at IS NULL AND abandoned_at IS NULL AND next_attempt_at <= {due}
            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        UPDATE outgoing_mails SET attempts = attempts + 1, next_attempt_at = {now + Lease}
        FROM due WHERE outgoing_mails.id = due.id RETURNING outgoing_mails.*
        """);

    private IQueryable<OutgoingMail> ClaimOnSqlite(DateTimeOffset due, DateTimeOffset now) => database.OutgoingMails.FromSql(
        $"""
        UPDATE outgoing_mails SET attempts = attempts + 1, next_attempt_at = {(now + Lease).UtcTicks}
        WHERE id = (
            SELECT id FROM outgoing_mails WHERE sent_at IS NULL AND abandoned_at IS NULL AND next_attempt_at <= {due.UtcTicks}
            ORDER BY next_attempt_at LIMIT 1)
        RETURNING *
        """);
}
