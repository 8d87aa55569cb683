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
        // Finds due mails at the same cost however many were sent before.
        builder.HasIndex(mail => mail.NextAttemptAt).HasFilter("sent_at IS NULL AND abandoned_at IS NULL");
        builder.HasIndex(mail => mail.CreatedAt);
    }
}
