using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Model;

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

    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();

    public DbSet<AuditChain> AuditChains => Set<AuditChain>();

    public DbSet<OneTimeToken> OneTimeTokens => Set<OneTimeToken>();

    public DbSet<OutgoingMail> OutgoingMails => Set<OutgoingMail>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(BtecDbContext).Assembly);
        if (!Database.IsNpgsql())
            return;

        // Byte by byte, as SQLite compares: only so does an index find prefixes, whatever the language of the server.
        modelBuilder.Entity<User>().Property(user => user.Email).UseCollation("C");
        modelBuilder.Entity<User>().Property(user => user.SearchName).UseCollation("C");
    }
}
