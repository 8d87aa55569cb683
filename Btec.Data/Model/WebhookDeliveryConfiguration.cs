using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class WebhookDeliveryConfiguration : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> builder)
    {
        builder.ToTable("webhook_deliveries");
        builder.Property(delivery => delivery.Id).ValueGeneratedNever();
        builder.Property(delivery => delivery.EventType).HasMaxLength(AuditEvent.TypeMaxLength);
        builder.Property(delivery => delivery.LastError).HasMaxLength(OutboxItem.LastErrorMaxLength);
        builder.Property(delivery => delivery.Response).HasMaxLength(WebhookDelivery.ResponseMaxLength);
        // Finds the next delivery of a webhook at the same cost however many were sent before, or wait for others.
        builder.HasIndex(delivery => new { delivery.WebhookId, delivery.NextAttemptAt }).HasFilter("sent_at IS NULL AND abandoned_at IS NULL");
        builder.HasIndex(delivery => delivery.CreatedAt);
        // The listing of a webhook's deliveries, newest first.
        builder.HasIndex(delivery => new { delivery.WebhookId, delivery.Id });
    }
}
