using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>Decides about the first superuser and the last active one: without one nobody could make another.</summary>
public sealed class SuperuserGuard(BtecDbContext database)
{
    /// <summary>A number of our own among PostgreSQL's advisory locks.</summary>
    private const long FirstSuperuserLock = 0x6274_6563_0003;

    /// <summary>The same, of whoever takes a superuser's rights away.</summary>
    private const long LastSuperuserLock = 0x6274_6563_0004;

    /// <summary>Waits until no other worker decides about the first superuser. The turn ends with the transaction; on SQLite any
    /// transaction is the only one.</summary>
    public Task TakeTurnAsync(CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({FirstSuperuserLock})", cancellationToken)
        : Task.CompletedTask;

    /// <summary>Whether a user is the only active superuser. Call it in the transaction that would deactivate, demote or delete them,
    /// before it locks any other user: until it ends, nobody else may answer the same question. On SQLite any transaction is the
    /// only one.</summary>
    public async Task<bool> IsLastAsync(int userId, CancellationToken cancellationToken)
    {
        // No locks of rows: who waited for one that is no superuser's any more would hold it, and wait for the next in vain.
        if (database.Database.IsNpgsql())
            await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LastSuperuserLock})", cancellationToken);

        var active = await database.Users.Where(user => user.IsSuperuser && user.IsActive)
            .OrderBy(user => user.Id).Select(user => user.Id).Take(2).ToListAsync(cancellationToken);
        return active is [var only] && only == userId;
    }
}
