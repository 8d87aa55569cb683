using Btec.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data;

/// <summary>The model. Used as it is on PostgreSQL, whose migrations belong to this type.</summary>
public class BtecDbContext : DbContext
{
    public BtecDbContext(DbContextOptions<BtecDbContext> options)
        : base(options)
    {
    }

    protected BtecDbContext(DbContextOptions options)
        : base(options)
    {
    }

    public DbSet<User> Users => Set<User>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();

    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(BtecDbContext).Assembly);
    }
}
