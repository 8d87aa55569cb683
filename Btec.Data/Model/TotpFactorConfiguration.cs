using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class TotpFactorConfiguration : IEntityTypeConfiguration<TotpFactor>
{
    public void Configure(EntityTypeBuilder<TotpFactor> builder)
    {
        builder.ToTable("totp_factors");
        builder.Property(factor => factor.Id).ValueGeneratedNever();
        builder.Property(factor => factor.Name).HasMaxLength(TotpFactor.NameMaxLength);
        builder.HasOne(factor => factor.User).WithMany().HasForeignKey(factor => factor.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(factor => factor.UserId);
    }
}
