using System.Globalization;
using Btec.Api.Platform.Passwords;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Development;

/// <summary>Makes users to try things with.</summary>
public sealed class DemoUsers(BtecDbContext database, AuditTrail audit, PasswordHasher hasher, TimeProvider clock)
{
    public const int MaxCount = 10_000;

    /// <summary>Of them all: one hash is enough.</summary>
    private const string Password = "demo password";

    /// <summary>Makes the first of them, up to a number, and leaves those alone who are there.</summary>
    public async Task<CommandOutcome> SeedAsync(int count, CancellationToken cancellationToken)
    {
        var hash = await hasher.HashAsync(new Secret(Password), cancellationToken);
        var created = await audit.CommitAsync(
            async (batch, cancel) =>
            {
                var made = await InsertAsync(count, hash, cancel);
                if (made > 0)
                {
                    batch.Record(
                        AuditTypes.UserCreated, userId: null, actorId: null, new AuditOrigin(DevelopmentService.UserAgent, Address: null),
                        details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["demo_users"] = made });
                }

                return made;
            },
            cancellationToken);
        return new CommandOutcome(string.Create(
            CultureInfo.InvariantCulture,
            $"{created} of {count} demo users were new. Log in as demo1@example.com with the password \"{Password}\"."));
    }

    /// <summary>One statement that both databases know; <c>WHERE true</c> tells SQLite that no join goes on (sqlite.org/lang_upsert.html,
    /// section 2.2).</summary>
    private Task<int> InsertAsync(int count, string hash, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        object createdAt = database.Database.IsNpgsql() ? now : now.UtcTicks;
        return database.Database.ExecuteSqlAsync(
            $"""
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
            INSERT INTO users (email, hashed_password, full_name, search_name, is_active, is_superuser, created_at)
            SELECT 'demo' || n || '@example.com', {hash}, 'Demo ' || n, 'demo ' || n, true, false, {createdAt} FROM numbers WHERE true
            ON CONFLICT (email) DO NOTHING
            """,
            cancellationToken);
    }
}
