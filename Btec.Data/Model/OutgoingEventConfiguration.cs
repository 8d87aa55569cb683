using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class OutgoingEventConfiguration : IEntityTypeConfiguration<OutgoingEvent>
{
    public void Configure(EntityTypeBuilder<OutgoingEvent> builder)
    {
        builder.ToTable("outgoing_events");
        builder.Property(outgoing => outgoing.Id).ValueGeneratedNever();
        builder.Property(outgoing => outgoing.EventType).HasMaxLength(AuditEvent.TypeMaxLength);
        builder.Property(outgoing => outgoing.LastError).HasMaxLength(OutboxItem.LastErrorMaxLength);
        // Finds the next event at the same cost however many were sent before.
        builder.HasIndex(outgoing => outgoing.NextAttemptAt).HasFilter("sent_at IS NULL AND abandoned_at IS NULL");
        builder.HasIndex(outgoing => outgoing.CreatedAt);
    }
}
