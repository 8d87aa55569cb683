using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class OAuthClientConfiguration : IEntityTypeConfiguration<OAuthClient>
{
    public void Configure(EntityTypeBuilder<OAuthClient> builder)
    {
        builder.ToTable("oauth_clients");
        builder.Property(client => client.Id).ValueGeneratedNever().HasMaxLength(OAuthClient.IdMaxLength);
        builder.Property(client => client.Name).HasMaxLength(OAuthClient.NameMaxLength);
        builder.HasIndex(client => new { client.CreatedAt, client.Id });
    }
}
