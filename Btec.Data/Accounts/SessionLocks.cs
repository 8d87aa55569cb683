using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The locks of sessions. On SQLite a transaction is the only writer and needs none.</summary>
public sealed class SessionLocks(BtecDbContext database)
{
    /// <summary>Locks the session of a refresh token that has not been used until the transaction ends, and returns it with its user.
    /// Lock it before its tokens, as a deletion does: a fixed lock order prevents deadlocks.</summary>
    /// <remarks>A used token needs no lock. Without this condition, refreshes that come after the one that used the token would queue for
    /// the lock, each with a connection, until their statements time out.</remarks>
    /// <returns>The session, or <see langword="null"/> if the token is unknown or has been used.</returns>
    public Task<Session?> TakeByUnusedRefreshTokenAsync(byte[] tokenHash, CancellationToken cancellationToken)
    {
        var sessions = database.Database.IsNpgsql()
            ? database.Sessions.FromNamed(
                $"""
                SELECT s.[columns] FROM sessions AS s INNER JOIN refresh_tokens AS r ON r.session_id = s.id
                WHERE r.hash = {tokenHash} AND r.consumed_at IS NULL FOR NO KEY UPDATE OF s
                """)
            : database.Sessions.Where(session =>
                database.RefreshTokens.Any(token => token.Hash == tokenHash && token.ConsumedAt == null && token.SessionId == session.Id));
        return sessions.AsTracking().Include(session => session.User).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Keeps a session as it is until the transaction ends, and returns it. Whoever ends it meanwhile waits, and then finds what
    /// the transaction has added to it.</summary>
    public async Task<Session?> KeepAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        var sessions = database.Database.IsNpgsql()
            ? database.Sessions.FromNamed($"SELECT [columns] FROM sessions WHERE id = {sessionId} FOR SHARE")
            : database.Sessions.Where(session => session.Id == sessionId);
        return (await sessions.AsNoTracking().ToListAsync(cancellationToken)).FirstOrDefault();
    }
}
