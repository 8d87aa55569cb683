using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class ExternalLoginConfiguration : IEntityTypeConfiguration<ExternalLogin>
{
    public void Configure(EntityTypeBuilder<ExternalLogin> builder)
    {
        builder.ToTable("external_logins");
        builder.HasKey(login => login.Hash);
        builder.Property(login => login.Hash).ValueGeneratedNever();
        builder.Property(login => login.Provider).HasMaxLength(ExternalIdentity.ProviderMaxLength);
        builder.HasIndex(login => login.ExpiresAt);
    }
}
