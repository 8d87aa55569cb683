using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class OutgoingMailConfiguration : IEntityTypeConfiguration<OutgoingMail>
{
    /// <summary>The maximum length of the name of a template, in characters.</summary>
    private const int TemplateMaxLength = 32;

    public void Configure(EntityTypeBuilder<OutgoingMail> builder)
    {
        builder.ToTable("outgoing_mails");
        builder.Property(mail => mail.Id).ValueGeneratedNever();
        builder.Property(mail => mail.Recipient).HasMaxLength(User.EmailMaxLength);
        builder.Property(mail => mail.Template).HasConversion<string>().HasMaxLength(TemplateMaxLength);
        builder.Property(mail => mail.LastError).HasMaxLength(OutgoingMail.LastErrorMaxLength);
        // The default is for an earlier version of the API that still runs during an upgrade and writes no priority. This one writes
        // every value, so that the statement is the same for all mails.
        builder.Property(mail => mail.Priority).HasDefaultValue(MailPriority.Awaited).ValueGeneratedNever();
        // Finds the next mail at the same cost however many were sent before.
        builder.HasIndex(mail => new { mail.Priority, mail.NextAttemptAt }).HasFilter("sent_at IS NULL AND abandoned_at IS NULL");
        builder.HasIndex(mail => mail.CreatedAt);
    }
}
