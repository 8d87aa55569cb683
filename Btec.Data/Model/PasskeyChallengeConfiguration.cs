using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class PasskeyChallengeConfiguration : IEntityTypeConfiguration<PasskeyChallenge>
{
    public void Configure(EntityTypeBuilder<PasskeyChallenge> builder)
    {
        builder.ToTable("passkey_challenges");
        builder.HasKey(challenge => challenge.Hash);
        builder.Property(challenge => challenge.Hash).ValueGeneratedNever();
        builder.HasOne(challenge => challenge.User).WithMany()
            .HasForeignKey(challenge => challenge.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(challenge => challenge.UserId);
        builder.HasIndex(challenge => challenge.ExpiresAt);
    }
}
