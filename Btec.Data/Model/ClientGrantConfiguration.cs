using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class ClientGrantConfiguration : IEntityTypeConfiguration<ClientGrant>
{
    public void Configure(EntityTypeBuilder<ClientGrant> builder)
    {
        builder.ToTable("client_grants");
        builder.HasKey(grant => new { grant.UserId, grant.ClientId });
        builder.Property(grant => grant.ClientId).HasMaxLength(OAuthClient.IdMaxLength);
        builder.HasOne(grant => grant.User).WithMany().HasForeignKey(grant => grant.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(grant => grant.ClientId);
    }
}
