using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class AuthorizationRequestConfiguration : IEntityTypeConfiguration<AuthorizationRequest>
{
    public void Configure(EntityTypeBuilder<AuthorizationRequest> builder)
    {
        builder.ToTable("authorization_requests");
        builder.HasKey(request => request.Hash);
        builder.Property(request => request.Hash).ValueGeneratedNever();
        builder.Property(request => request.ClientId).HasMaxLength(OAuthClient.IdMaxLength);
        builder.HasIndex(request => request.ExpiresAt);
    }
}
