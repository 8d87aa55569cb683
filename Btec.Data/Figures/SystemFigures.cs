using Btec.Data.Audit;
using Btec.Data.Model;

namespace Btec.Data.Figures;

/// <summary>The figures of the running system that administrators look at.</summary>
public sealed record SystemFigures(Figure Users, Figure Sessions, Figure Logins, Figure RefusedLogins, Figure WaitingMails);

/// <summary>Reads the <see cref="SystemFigures"/>.</summary>
public sealed class SystemFiguresQuery(BtecDbContext database, BoundedCount counter)
{
    /// <summary>The time over which logins are counted: 24 hours.</summary>
    public static readonly TimeSpan LoginPeriod = TimeSpan.FromHours(24);

    /// <summary>Reads the figures of a moment.</summary>
    public async Task<SystemFigures> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - LoginPeriod;
        var logins = database.AuditEvents.Where(audited => audited.Type == AuditTypes.Login && audited.OccurredAt > since);
        return new SystemFigures(
            await counter.CountAsync(database.Users, users => users, cancellationToken),
            await counter.CountAsync(
                database.Sessions.Where(session => session.RevokedAt == null),
                sessions => sessions.Where(session => session.Epoch == session.User!.SessionEpoch && session.ExpiresAt > now),
                cancellationToken),
            await counter.CountAsync(
                logins, events => events.Where(audited => audited.Outcome == AuditBatch.Success), cancellationToken),
            await counter.CountAsync(
                logins,
                events => events.Where(audited => audited.Outcome != AuditBatch.Success && audited.Outcome != AuditBatch.MfaRequired),
                cancellationToken),
            await counter.CountAsync(
                database.OutgoingMails.Where(mail => mail.SentAt == null && mail.AbandonedAt == null), mails => mails, cancellationToken));
    }
}
