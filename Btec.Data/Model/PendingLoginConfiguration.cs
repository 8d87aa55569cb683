using Btec.Data.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class PendingLoginConfiguration : IEntityTypeConfiguration<PendingLogin>
{
    /// <summary>The maximum length of the id of a client, in characters.</summary>
    private const int ClientIdMaxLength = 255;

    public void Configure(EntityTypeBuilder<PendingLogin> builder)
    {
        builder.ToTable("pending_logins");
        builder.HasKey(login => login.Hash);
        builder.Property(login => login.Hash).ValueGeneratedNever();
        builder.Property(login => login.ClientId).HasMaxLength(ClientIdMaxLength);
        builder.Property(login => login.Amr)
            .HasMaxLength(AuthenticationMethods.MaxLength).HasDefaultValue(AuthenticationMethods.Password);
        builder.HasOne(login => login.User).WithMany().HasForeignKey(login => login.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(login => login.UserId);
        builder.HasIndex(login => login.ExpiresAt);
    }
}
