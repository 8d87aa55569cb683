using Btec.Data.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class AuthorizationCodeConfiguration : IEntityTypeConfiguration<AuthorizationCode>
{
    public void Configure(EntityTypeBuilder<AuthorizationCode> builder)
    {
        builder.ToTable("authorization_codes");
        builder.HasKey(code => code.Hash);
        builder.Property(code => code.Hash).ValueGeneratedNever();
        builder.Property(code => code.ClientId).HasMaxLength(OAuthClient.IdMaxLength);
        builder.Property(code => code.Amr).HasMaxLength(AuthenticationMethods.MaxLength);
        builder.HasOne(code => code.User).WithMany().HasForeignKey(code => code.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(code => code.UserId);
        builder.HasIndex(code => code.ExpiresAt);
    }
}
