using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The guard of the first and the last active superuser: without one, nobody could appoint another.</summary>
public sealed class SuperuserGuard(BtecDbContext database)
{
    /// <summary>The PostgreSQL advisory lock of the decision about the first superuser.</summary>
    private const long FirstSuperuserLock = 0x6274_6563_0003;

    /// <summary>The PostgreSQL advisory lock of transactions that take away a superuser's rights.</summary>
    private const long LastSuperuserLock = 0x6274_6563_0004;

    /// <summary>Waits until no other worker decides about the first superuser. The lock is held until the transaction ends.
    /// SQLite has one writer and needs no lock.</summary>
    public Task TakeTurnAsync(CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({FirstSuperuserLock})", cancellationToken)
        : Task.CompletedTask;

    /// <summary>Returns whether a user is the only active superuser. Call it in the transaction that deactivates, demotes or
    /// deletes the user, before it locks any user: the lock that it takes is held until the transaction ends.</summary>
    public async Task<bool> IsLastAsync(int userId, CancellationToken cancellationToken)
    {
        // An advisory lock, not row locks: a transaction that waited for a row that stopped being a superuser's would still
        // hold it and could deadlock on the next.
        if (database.Database.IsNpgsql())
            await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LastSuperuserLock})", cancellationToken);

        var active = await database.Users.Where(user => user.IsSuperuser && user.IsActive)
            .OrderBy(user => user.Id).Select(user => user.Id).Take(2).ToListAsync(cancellationToken);
        return active is [var only] && only == userId;
    }
}
