using Btec.Data.Model;

namespace Btec.Data.Outbox;

/// <summary>The outbox of mails that wait to be sent. A mail is saved with the change that it reports and sent only if that is
/// committed.</summary>
public sealed class MailOutbox(BtecDbContext database, MailSecrets secrets, TimeProvider clock)
{
    /// <summary>Adds a mail to the context; the next save stores it.</summary>
    /// <param name="priority">The priority, if it does not follow from the template.</param>
    public void Add(MailTemplate template, string recipient, MailValues values, int? userId = null, MailPriority? priority = null)
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
            Priority = priority ?? PriorityOf(template),
        });
    }

    /// <summary>Returns the priority of a template: a flood of registrations must not delay the mails of those who already have an
    /// account.</summary>
    private static MailPriority PriorityOf(MailTemplate template) => template switch
    {
        MailTemplate.VerifyEmail or MailTemplate.ConfirmRegistration or MailTemplate.AlreadyRegistered => MailPriority.Unsolicited,
        _ => MailPriority.Awaited,
    };
}
