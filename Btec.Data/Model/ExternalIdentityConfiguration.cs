using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class ExternalIdentityConfiguration : IEntityTypeConfiguration<ExternalIdentity>
{
    public void Configure(EntityTypeBuilder<ExternalIdentity> builder)
    {
        builder.ToTable("external_identities");
        builder.Property(identity => identity.Id).ValueGeneratedNever();
        builder.Property(identity => identity.Issuer).HasMaxLength(ExternalIdentity.IssuerMaxLength);
        builder.Property(identity => identity.Subject).HasMaxLength(ExternalIdentity.SubjectMaxLength);
        builder.Property(identity => identity.Provider).HasMaxLength(ExternalIdentity.ProviderMaxLength);
        builder.Property(identity => identity.Email).HasMaxLength(User.EmailMaxLength);
        builder.HasOne(identity => identity.User).WithMany()
            .HasForeignKey(identity => identity.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(identity => identity.UserId);
        // Of simultaneous links of one login, one is stored.
        builder.HasIndex(identity => new { identity.Issuer, identity.Subject }).IsUnique();
    }
}
