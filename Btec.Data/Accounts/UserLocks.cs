using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The locks of users and addresses. On SQLite a transaction is the only writer and needs none.</summary>
/// <remarks>The order is: <see cref="SuperuserGuard"/>, then the address, then the user, then what belongs to the user. A fixed lock
/// order prevents deadlocks.</remarks>
public sealed class UserLocks(BtecDbContext database)
{
    /// <summary>Locks a user against changes by others until the transaction ends, and returns the current row.</summary>
    public Task<User?> TakeAsync(int userId, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? FirstAsync(database.Users.FromNamed($"SELECT [columns] FROM users WHERE id = {userId} FOR UPDATE"), cancellationToken)
        : FirstAsync(database.Users.Where(user => user.Id == userId), cancellationToken);

    /// <summary>Locks a user on behalf of one of their sessions, as <see cref="TakeAsync"/> does. A session that ended while its request was
    /// on the way must change nothing any more: whoever ended it may just have taken the account over from its holder.</summary>
    /// <returns>The current row, or <see langword="null"/> if the user has been deleted or the session has ended.</returns>
    public async Task<User?> TakeForSessionAsync(int userId, Guid sessionId, CancellationToken cancellationToken) =>
        await TakeAsync(userId, cancellationToken) is { IsActive: true } user
        && await database.Sessions.AnyAsync(
            session => session.Id == sessionId && session.UserId == userId
                && session.RevokedAt == null && session.Epoch == session.User!.SessionEpoch,
            cancellationToken)
            ? user
            : null;

    /// <summary>Finds an active user on behalf of one of their sessions, without a lock.</summary>
    /// <returns>The current row, or <see langword="null"/> if the user has been deleted or the session has ended.</returns>
    public Task<User?> FindForSessionAsync(int userId, Guid sessionId, CancellationToken cancellationToken) => database.Sessions.AsNoTracking()
        .Where(session => session.Id == sessionId && session.UserId == userId && session.User!.IsActive
            && session.RevokedAt == null && session.Epoch == session.User.SessionEpoch)
        .Select(session => session.User)
        .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Locks a user against changes and other logins until the transaction ends, but not against new references to the
    /// row, and returns the current row. Logins of one user take turns, so that each counts the sessions of the others.</summary>
    public Task<User?> TakeForLoginAsync(int userId, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? FirstAsync(database.Users.FromNamed($"SELECT [columns] FROM users WHERE id = {userId} FOR NO KEY UPDATE"), cancellationToken)
        : FirstAsync(database.Users.Where(user => user.Id == userId), cancellationToken);

    /// <summary>Locks the user with this address, or else the next one in the order of addresses, against deletion until the
    /// transaction ends. Finding either takes the same time.</summary>
    public Task<User?> KeepNearestAsync(string email, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? FirstAsync(
            database.Users.FromNamed($"SELECT [columns] FROM users WHERE email >= {email} ORDER BY email LIMIT 1 FOR KEY SHARE"),
            cancellationToken)
        : FirstAsync(
            database.Users.FromNamed($"SELECT [columns] FROM users WHERE email >= {email} ORDER BY email LIMIT 1"), cancellationToken);

    /// <summary>Locks an address until the transaction ends, whether a user has it or not, so that the wait does not reveal
    /// whether it is registered.</summary>
    public Task TakeAddressAsync(string email, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({KeyOf(email)})", cancellationToken)
        : Task.CompletedTask;

    private static async Task<User?> FirstAsync(IQueryable<User> users, CancellationToken cancellationToken) =>
        (await users.AsTracking().ToListAsync(cancellationToken)).FirstOrDefault();

    private static long KeyOf(string email) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"btec address {email}")));
}
