using Btec.Data.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("sessions");
        builder.Property(session => session.Id).ValueGeneratedNever();
        builder.Property(session => session.UserAgent).HasMaxLength(Session.UserAgentMaxLength);
        builder.Property(session => session.Address).HasMaxLength(Session.AddressMaxLength);
        builder.HasOne(session => session.User).WithMany()
            .HasForeignKey(session => session.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.Property(session => session.Epoch).HasDefaultValue(0);
        builder.Property(session => session.Amr)
            .HasMaxLength(AuthenticationMethods.MaxLength).HasDefaultValue(AuthenticationMethods.Password);
        builder.HasIndex(session => session.UserId);
        builder.HasIndex(session => session.ExpiresAt);
        builder.HasIndex(session => session.TokenFamily).IsUnique().HasFilter("token_family IS NOT NULL");
        builder.Property(session => session.ClientId).HasMaxLength(OAuthClient.IdMaxLength);
        builder.HasIndex(session => session.ClientId).HasFilter("client_id IS NOT NULL");
        builder.HasIndex(session => session.BrowserSessionId).HasFilter("browser_session_id IS NOT NULL");
        builder.HasIndex(session => session.BrowserHash).IsUnique().HasFilter("browser_hash IS NOT NULL");
        // Finds the living sessions of a user at the same cost however many have ended.
        builder.HasIndex(session => new { session.UserId, session.Epoch, session.ExpiresAt })
            .HasFilter("revoked_at IS NULL").HasDatabaseName("ix_sessions_living");
    }
}
