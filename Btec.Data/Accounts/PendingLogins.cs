using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The logins that wait for their second factor. Their <c>mfa_token</c> has 256 random bits, of which the database stores the
/// SHA-256.</summary>
public sealed class PendingLogins(BtecDbContext database, TimeProvider clock)
{
    /// <summary>The lifetime of a pending login: 5 minutes (the API contract).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>The number of codes that may be tried (the API contract).</summary>
    public const int MaxAttempts = 5;

    /// <summary>The maximum number of pending logins of a user, about 200 KB; a further one replaces the oldest. So many that a stranger
    /// who knows the password does not push out the owner's: 60 logins a minute from one address make 300 within <see cref="Lifetime"/>,
    /// and each costs a password hash of a fifth of a second.</summary>
    public const int MaxPerUser = 1_000;

    /// <summary>Creates a pending login. Call it in a transaction, after the user is locked; the next save stores it.</summary>
    /// <returns>The token, which is stored nowhere.</returns>
    public async Task<string> IssueAsync(int userId, string clientId, string amr, CancellationToken cancellationToken)
    {
        await database.PendingLogins.Where(login => login.UserId == userId)
            .OrderByDescending(login => login.CreatedAt).ThenBy(login => login.Hash)
            .Skip(MaxPerUser - 1)
            .ExecuteDeleteAsync(cancellationToken);
        var token = RandomSecret.Create();
        var now = clock.GetStoredNow();
        database.PendingLogins.Add(new PendingLogin
        {
            Hash = RandomSecret.FindHash(token)!,
            UserId = userId,
            ClientId = clientId,
            Amr = amr,
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
        });
        return token;
    }

    /// <summary>Finds a pending login that can be completed now, with its user.</summary>
    /// <returns>The login, or <see langword="null"/> if it is unknown, used, void, expired, of another client or had too many
    /// attempts.</returns>
    public async Task<PendingLogin?> FindAsync(string token, string clientId, CancellationToken cancellationToken)
    {
        if (RandomSecret.FindHash(token) is not { } hash)
            return null;

        return await Completable(hash).AsNoTracking().Include(login => login.User)
            .SingleOrDefaultAsync(login => login.ClientId == clientId, cancellationToken);
    }

    /// <summary>Counts an attempt before it is made. One statement decides, so that simultaneous attempts are not more than
    /// <see cref="MaxAttempts"/>.</summary>
    /// <returns><see langword="true"/> if the attempt may be made.</returns>
    public async Task<bool> CountAttemptAsync(PendingLogin login, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(login);
        return await Completable(login.Hash)
            .ExecuteUpdateAsync(row => row.SetProperty(pending => pending.Attempts, pending => pending.Attempts + 1), cancellationToken) == 1;
    }

    /// <summary>Deletes a pending login, so that it is completed only once: of several simultaneous calls, one deletes the row. Call it in
    /// the transaction that starts the session, after the user is locked.</summary>
    /// <returns><see langword="true"/> if this call deleted it.</returns>
    public async Task<bool> TakeAsync(PendingLogin login, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(login);
        return await database.PendingLogins.Where(row => row.Hash == login.Hash).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    /// <summary>Voids the pending logins of a user, as when the password, the address or a second factor changes. Call it in that
    /// transaction, after the user is locked.</summary>
    public Task RevokeAsync(int userId, CancellationToken cancellationToken) =>
        database.PendingLogins.Where(login => login.UserId == userId).ExecuteDeleteAsync(cancellationToken);

    private IQueryable<PendingLogin> Completable(byte[] hash)
    {
        var now = clock.GetStoredNow();
        return database.PendingLogins.Where(login => login.Hash == hash && login.ExpiresAt > now && login.Attempts < MaxAttempts);
    }
}
