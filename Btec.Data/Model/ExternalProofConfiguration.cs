using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class ExternalProofConfiguration : IEntityTypeConfiguration<ExternalProof>
{
    public void Configure(EntityTypeBuilder<ExternalProof> builder)
    {
        builder.ToTable("external_proofs");
        builder.HasKey(proof => proof.Hash);
        builder.Property(proof => proof.Hash).ValueGeneratedNever();
        builder.Property(proof => proof.Provider).HasMaxLength(ExternalIdentity.ProviderMaxLength);
        builder.Property(proof => proof.Issuer).HasMaxLength(ExternalIdentity.IssuerMaxLength);
        builder.Property(proof => proof.Subject).HasMaxLength(ExternalIdentity.SubjectMaxLength);
        builder.Property(proof => proof.Email).HasMaxLength(User.EmailMaxLength);
        builder.Property(proof => proof.FullName).HasMaxLength(User.FullNameMaxLength);
        builder.HasOne(proof => proof.User).WithMany().HasForeignKey(proof => proof.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(proof => proof.UserId);
        builder.HasIndex(proof => proof.ExpiresAt);
    }
}
