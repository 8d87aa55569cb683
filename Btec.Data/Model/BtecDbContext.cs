using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Model;

/// <summary>The model and its PostgreSQL form, whose migrations belong to this type.</summary>
public class BtecDbContext : DbContext
{
    public BtecDbContext(DbContextOptions<BtecDbContext> options)
        : this((DbContextOptions)options)
    {
    }

    // No savepoints: a failed unit is rolled back as a whole. EF Core would ignore that the release of one failed, and send the
    // next statement outside the transaction, on a new connection.
    protected BtecDbContext(DbContextOptions options)
        : base(options) => base.Database.AutoSavepointsEnabled = false;

    public DbSet<User> Users => Set<User>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();

    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();

    public DbSet<AuditChain> AuditChains => Set<AuditChain>();

    public DbSet<OneTimeToken> OneTimeTokens => Set<OneTimeToken>();

    public DbSet<TotpFactor> TotpFactors => Set<TotpFactor>();

    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();

    public DbSet<Passkey> Passkeys => Set<Passkey>();

    public DbSet<PasskeyChallenge> PasskeyChallenges => Set<PasskeyChallenge>();

    public DbSet<PendingLogin> PendingLogins => Set<PendingLogin>();

    public DbSet<OutgoingMail> OutgoingMails => Set<OutgoingMail>();

    public DbSet<RsaSigningKey> RsaSigningKeys => Set<RsaSigningKey>();

    public DbSet<OAuthClient> OAuthClients => Set<OAuthClient>();

    public DbSet<AuthorizationRequest> AuthorizationRequests => Set<AuthorizationRequest>();

    public DbSet<AuthorizationCode> AuthorizationCodes => Set<AuthorizationCode>();

    public DbSet<ClientGrant> ClientGrants => Set<ClientGrant>();

    public DbSet<LogoutNotice> LogoutNotices => Set<LogoutNotice>();

    public DbSet<Webhook> Webhooks => Set<Webhook>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    public DbSet<OutgoingEvent> OutgoingEvents => Set<OutgoingEvent>();

    public DbSet<ExternalIdentity> ExternalIdentities => Set<ExternalIdentity>();

    public DbSet<ExternalLogin> ExternalLogins => Set<ExternalLogin>();

    public DbSet<ExternalProof> ExternalProofs => Set<ExternalProof>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(BtecDbContext).Assembly);
        // The default is for an earlier version of the API that still runs during an upgrade and writes no roles.
        modelBuilder.Entity<User>().PrimitiveCollection(row => row.Roles)
            .HasDefaultValueSql(Database.IsNpgsql() ? "'{}'" : "'[]'").ValueGeneratedNever();
        if (!Database.IsNpgsql())
            return;

        // SQLite compares text byte by byte too, so that both databases agree on the order of addresses.
        var user = modelBuilder.Entity<User>();
        user.Property(row => row.Email).UseCollation("C");
        user.Property(row => row.SearchName).UseCollation("C");
        // UserSearch looks for a text anywhere in either column. Without a pending list every insert pays for itself
        // and no search has to read up to 4 MB of unsorted entries (PostgreSQL manual, section "GIN Tips and Tricks").
        modelBuilder.HasPostgresExtension("pg_trgm");
        user.HasIndex(row => new { row.Email, row.SearchName }).HasDatabaseName("ix_users_search")
            .HasMethod("gin").HasOperators("gin_trgm_ops", "gin_trgm_ops").HasStorageParameter("fastupdate", false);
    }
}
