using Btec.Data.Model;

namespace Btec.Data.Outbox;

/// <summary>Writes mails to be sent, with what is saved next: they go out if it is committed, and only then.</summary>
public sealed class MailOutbox(BtecDbContext database, MailSecrets secrets, TimeProvider clock)
{
    /// <summary>Adds a mail to the context; it is saved with everything else.</summary>
    public void Add(MailTemplate template, string recipient, MailValues values, int? userId = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        var now = clock.GetStoredNow();
        var id = Guid.CreateVersion7(now);
        database.OutgoingMails.Add(new OutgoingMail
        {
            Id = id,
            UserId = userId,
            Recipient = recipient,
            Template = template,
            SealedValues = secrets.Seal(values, id),
            CreatedAt = now,
            NextAttemptAt = now,
        });
    }
}
