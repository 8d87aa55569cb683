using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class OneTimeTokenConfiguration : IEntityTypeConfiguration<OneTimeToken>
{
    /// <summary>The maximum length of the name of a purpose, in characters.</summary>
    private const int PurposeMaxLength = 32;

    public void Configure(EntityTypeBuilder<OneTimeToken> builder)
    {
        builder.ToTable("mailed_tokens");
        builder.HasKey(token => token.Hash);
        builder.Property(token => token.Hash).ValueGeneratedNever();
        builder.Property(token => token.Purpose).HasConversion<string>().HasMaxLength(PurposeMaxLength);
        builder.Property(token => token.Email).HasMaxLength(User.EmailMaxLength);
        builder.ComplexProperty(token => token.Profile, profile =>
        {
            profile.Property(row => row.FullName).HasMaxLength(User.FullNameMaxLength).HasColumnName("full_name");
        });
        builder.HasOne(token => token.User).WithMany().HasForeignKey(token => token.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(token => token.UserId);
        builder.HasIndex(token => token.Email);
        builder.HasIndex(token => token.ExpiresAt);
    }
}
