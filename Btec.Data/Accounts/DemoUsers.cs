using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The users demo1@example.com, demo2@example.com and so on of a development system.</summary>
public sealed class DemoUsers(BtecDbContext database, AuditTrail audit, TimeProvider clock)
{
    public const int MaxCount = 10_000;

    /// <summary>The password of every demo user, so that one hash is enough.</summary>
    public const string Password = "demo password";

    /// <summary>The time limit of the statement that inserts them. On a busy machine, 10,000 rows and their indexes take longer than a
    /// statement of a request may.</summary>
    private static readonly TimeSpan StatementLimit = TimeSpan.FromSeconds(30);

    /// <summary>Creates those of the first <paramref name="count"/> demo users that do not exist yet.</summary>
    /// <param name="count">The number of demo users that exist afterwards.</param>
    /// <param name="hashedPassword">The hash of <see cref="Password"/>.</param>
    /// <param name="origin">The origin of the command, for the audit event.</param>
    /// <returns>The number of users created.</returns>
    public Task<int> CreateMissingAsync(int count, string hashedPassword, AuditOrigin origin, CancellationToken cancellationToken)
    {
        database.Database.SetCommandTimeout(StatementLimit);
        return audit.CommitAsync(
            async (batch, cancel) =>
            {
                var created = await InsertMissingAsync(count, hashedPassword, cancel);
                if (created > 0)
                {
                    batch.Record(
                        AuditTypes.UserCreated, userId: null, actorId: null, origin,
                        details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["demo_users"] = created });
                }

                return created;
            },
            cancellationToken);
    }

    private Task<int> InsertMissingAsync(int count, string hashedPassword, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        object createdAt = database.Database.IsNpgsql() ? now : now.UtcTicks;
        // WHERE true tells SQLite's parser that ON begins no join (sqlite.org/lang_upsert.html, section 2.2).
        return database.Database.ExecuteSqlAsync(
            $"""
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
            INSERT INTO users (email, hashed_password, full_name, search_name, is_active, is_superuser, created_at)
            SELECT 'demo' || n || '@example.com', {hashedPassword}, 'Demo ' || n, 'demo ' || n, true, false, {createdAt}
            FROM numbers WHERE true
            ON CONFLICT (email) DO NOTHING
            """,
            cancellationToken);
    }
}
