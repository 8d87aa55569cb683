using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class PasskeyConfiguration : IEntityTypeConfiguration<Passkey>
{
    /// <summary>The maximum length of the list of transports, in characters.</summary>
    private const int TransportsMaxLength = 128;

    public void Configure(EntityTypeBuilder<Passkey> builder)
    {
        builder.ToTable("passkeys");
        builder.Property(passkey => passkey.Id).ValueGeneratedNever();
        builder.Property(passkey => passkey.Name).HasMaxLength(Passkey.NameMaxLength);
        builder.Property(passkey => passkey.CredentialId).HasMaxLength(Passkey.CredentialIdMaxLength);
        builder.Property(passkey => passkey.Transports).HasMaxLength(TransportsMaxLength);
        builder.HasOne(passkey => passkey.User).WithMany().HasForeignKey(passkey => passkey.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(passkey => passkey.UserId);
        builder.HasIndex(passkey => passkey.CredentialId).IsUnique();
    }
}
