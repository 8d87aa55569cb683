using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>Lets one transaction at a time decide about a user or an address. On SQLite any transaction is the only one.</summary>
/// <remarks>Take the lock of a user before anything that belongs to them, and those of <see cref="SuperuserGuard"/> before it: in one
/// order nobody waits in a circle.</remarks>
public sealed class UserLocks(BtecDbContext database)
{
    /// <summary>A user as they are now, whom nobody else changes until the transaction ends.</summary>
    public Task<User?> TakeAsync(int userId, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? FirstAsync(database.Users.FromSql($"SELECT * FROM users WHERE id = {userId} FOR UPDATE"), cancellationToken)
        : FirstAsync(database.Users.Where(user => user.Id == userId), cancellationToken);

    /// <summary>A user as they are now, whom nobody changes until the transaction ends, while others may ask the same.</summary>
    public Task<User?> ShareAsync(int userId, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? FirstAsync(database.Users.FromSql($"SELECT * FROM users WHERE id = {userId} FOR SHARE"), cancellationToken)
        : FirstAsync(database.Users.Where(user => user.Id == userId), cancellationToken);

    /// <summary>The user with this address, or else the one who comes after it in the order of addresses: to find either takes the
    /// same time. Nobody deletes them until the transaction ends.</summary>
    public Task<User?> KeepNearestAsync(string email, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? FirstAsync(
            database.Users.FromSql($"SELECT * FROM users WHERE email >= {email} ORDER BY email LIMIT 1 FOR KEY SHARE"), cancellationToken)
        : FirstAsync(
            database.Users.FromSql($"SELECT * FROM users WHERE email >= {email} ORDER BY email LIMIT 1"), cancellationToken);

    /// <summary>Keeps everybody else out who asks about the same address, whether anybody has it or not: neither rows nor the time
    /// that is waited for them tell.</summary>
    public Task TakeAddressAsync(string email, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({KeyOf(email)})", cancellationToken)
        : Task.CompletedTask;

    private static async Task<User?> FirstAsync(IQueryable<User> users, CancellationToken cancellationToken) =>
        (await users.AsTracking().ToListAsync(cancellationToken)).FirstOrDefault();

    private static long KeyOf(string email) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"btec address {email}")));
}
