using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace Btec.Data.Outbox;

/// <summary>The queue of due mails.</summary>
public sealed class MailQueue(BtecDbContext database, AuditTrail audit, TimeProvider clock)
    : OutboxQueue<OutgoingMail>(database, clock, new OutboxTable(Table, Lease, "priority, next_attempt_at"))
{
    /// <summary>The name of the table.</summary>
    public const string Table = "outgoing_mails";

    /// <summary>The time for which a claim holds: longer than an attempt takes.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private readonly TimeProvider _clock = clock;

    /// <summary>Claims the mail of the highest priority that has been due for longest, until <see cref="Lease"/> has
    /// passed.</summary>
    /// <param name="overdueFor">The minimum time for which the mail has been due.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public Task<OutgoingMail?> ClaimAsync(TimeSpan overdueFor, CancellationToken cancellationToken) =>
        ClaimAsync(overdueFor, condition: "", argument: null, cancellationToken);

    /// <summary>Abandons a mail, erases its secret and records the event.</summary>
    /// <param name="claimed">The mail.</param>
    /// <param name="outcome">The reason as a code for the audit trail.</param>
    /// <param name="error">The reason as the mail server gave it.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public Task<bool> AbandonAsync(OutgoingMail claimed, string outcome, string error, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claimed);
        return audit.CommitAsync(
            async (batch, cancel) =>
            {
                var now = _clock.GetStoredNow();
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

    /// <summary>Erases the secret.</summary>
    protected override void Finish(UpdateSettersBuilder<OutgoingMail> row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.SetProperty(mail => mail.SealedValues, (byte[]?)null);
    }

    private static Dictionary<string, object?> Describe(OutgoingMail mail) => new(StringComparer.Ordinal)
    {
        ["mail_id"] = mail.Id,
        ["template"] = mail.Template.ToString(),
        ["attempts"] = mail.Attempts,
    };
}
