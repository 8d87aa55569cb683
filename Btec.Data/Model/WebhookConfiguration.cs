using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class WebhookConfiguration : IEntityTypeConfiguration<Webhook>
{
    public void Configure(EntityTypeBuilder<Webhook> builder)
    {
        builder.ToTable("webhooks");
        builder.Property(webhook => webhook.Id).ValueGeneratedNever();
        builder.Property(webhook => webhook.Url).HasMaxLength(Webhook.UrlMaxLength);
        builder.Property(webhook => webhook.Description).HasMaxLength(Webhook.DescriptionMaxLength);
        builder.Property(webhook => webhook.DisabledReason).HasMaxLength(Webhook.DisabledReasonMaxLength);
    }
}
