using Btec.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class AuditChainConfiguration : IEntityTypeConfiguration<AuditChain>
{
    public void Configure(EntityTypeBuilder<AuditChain> builder)
    {
        builder.ToTable("audit_chains");
        builder.Property(chain => chain.Id).ValueGeneratedNever();
        builder.HasData(Enumerable.Range(1, AuditChain.Count).Select(id => new AuditChain
        {
            Id = (short)id,
            Hash = new byte[AuditHash.Length],
            PrunedHash = new byte[AuditHash.Length],
        }));
    }
}
