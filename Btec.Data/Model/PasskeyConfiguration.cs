using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class PasskeyConfiguration : IEntityTypeConfiguration<Passkey>
{
    public void Configure(EntityTypeBuilder<Passkey> builder)
    {
        builder.ToTable("passkeys");
        builder.Property(passkey => passkey.Id).ValueGeneratedNever();
        builder.Property(passkey => passkey.Name).HasMaxLength(Passkey.NameMaxLength);
        builder.Property(passkey => passkey.CredentialId).HasMaxLength(Passkey.CredentialIdMaxLength);
        builder.Property(passkey => passkey.Transports).HasMaxLength(Passkey.TransportsMaxLength);
        builder.HasOne(passkey => passkey.User).WithMany().HasForeignKey(passkey => passkey.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(passkey => passkey.UserId);
        builder.HasIndex(passkey => passkey.CredentialId).IsUnique();
    }
}
