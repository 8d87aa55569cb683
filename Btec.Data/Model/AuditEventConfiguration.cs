using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class AuditEventConfiguration : IEntityTypeConfiguration<AuditEvent>
{
    public void Configure(EntityTypeBuilder<AuditEvent> builder)
    {
        builder.ToTable("audit_events");
        builder.Property(audited => audited.Id).ValueGeneratedNever();
        builder.Property(audited => audited.Type).HasMaxLength(AuditEvent.TypeMaxLength);
        builder.Property(audited => audited.Outcome).HasMaxLength(AuditEvent.OutcomeMaxLength);
        builder.Property(audited => audited.Address).HasMaxLength(Session.AddressMaxLength);
        builder.Property(audited => audited.UserAgent).HasMaxLength(Session.UserAgentMaxLength);
        builder.Property(audited => audited.TraceId).HasMaxLength(AuditEvent.TraceIdLength);
        builder.HasIndex(audited => new { audited.ChainId, audited.Position }).IsUnique();
        // One index for each filter of the listing, in the order of the listing.
        builder.HasIndex(audited => new { audited.OccurredAt, audited.Id });
        builder.HasIndex(audited => new { audited.UserId, audited.OccurredAt, audited.Id });
        builder.HasIndex(audited => new { audited.Type, audited.OccurredAt, audited.Id });
    }
}
