using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class LogoutNoticeConfiguration : IEntityTypeConfiguration<LogoutNotice>
{
    public void Configure(EntityTypeBuilder<LogoutNotice> builder)
    {
        builder.ToTable("logout_notices");
        builder.Property(notice => notice.Id).ValueGeneratedNever();
        builder.Property(notice => notice.ClientId).HasMaxLength(OAuthClient.IdMaxLength);
        builder.Property(notice => notice.LastError).HasMaxLength(LogoutNotice.LastErrorMaxLength);
        // Finds the next notice at the same cost however many were sent before.
        builder.HasIndex(notice => notice.NextAttemptAt).HasFilter("sent_at IS NULL AND abandoned_at IS NULL");
        builder.HasIndex(notice => notice.CreatedAt);
    }
}
