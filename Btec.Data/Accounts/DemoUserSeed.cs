using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The users demo1@example.com, demo2@example.com and so on of a development system.</summary>
public sealed class DemoUserSeed(BtecDbContext database)
{
    /// <summary>Inserts those of the first users that do not exist yet, in one statement.</summary>
    /// <returns>The number of users inserted.</returns>
    public Task<int> InsertMissingAsync(
        int count, string hashedPassword, DateTimeOffset createdAt, CancellationToken cancellationToken)
    {
        object stored = database.Database.IsNpgsql() ? createdAt : createdAt.UtcTicks;
        // WHERE true tells SQLite's parser that ON begins no join (sqlite.org/lang_upsert.html, section 2.2).
        return database.Database.ExecuteSqlAsync(
            $"""
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
            INSERT INTO users (email, hashed_password, full_name, search_name, is_active, is_superuser, created_at)
            SELECT 'demo' || n || '@example.com', {hashedPassword}, 'Demo ' || n, 'demo ' || n, true, false, {stored}
            FROM numbers WHERE true
            ON CONFLICT (email) DO NOTHING
            """,
            cancellationToken);
    }
}
