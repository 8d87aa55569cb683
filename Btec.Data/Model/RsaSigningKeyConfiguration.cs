using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class RsaSigningKeyConfiguration : IEntityTypeConfiguration<RsaSigningKey>
{
    public void Configure(EntityTypeBuilder<RsaSigningKey> builder)
    {
        builder.ToTable("rsa_signing_keys");
        builder.HasKey(key => key.Generation);
        builder.Property(key => key.Generation).ValueGeneratedNever();
        builder.HasIndex(key => key.KeyId).IsUnique();
    }
}
