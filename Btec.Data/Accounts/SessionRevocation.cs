using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The end of sessions. It takes effect on the next request, because each request looks up its session. With a browser's session
/// end those of the clients that began in it, unless they have the scope <c>offline_access</c>.</summary>
public sealed class SessionRevocation(BtecDbContext database, LogoutNotices notices, TimeProvider clock)
{
    /// <summary>The number of sessions that are ended one by one. If there are more, the user's next epoch ends them all in one row,
    /// so that ending any number costs the same. It is the largest <c>Sessions:MaxPerUser</c>.</summary>
    public const int MaxMarked = 1_000;

    /// <summary>The number of sessions that are compared by their last use, those that expire last; more exist only from before
    /// <c>Sessions:MaxPerUser</c>.</summary>
    private const int MaxRanked = 10_000;

    /// <summary>The part of a limit that one client may fill: one in this number.</summary>
    private const int ClientShare = 4;

    /// <summary>Ends a session of a user.</summary>
    /// <returns><see langword="true"/> if it was alive.</returns>
    public async Task<bool> EndAsync(int userId, Guid sessionId, CancellationToken cancellationToken)
    {
        if (await MarkAsync(userId, LivingOf(userId).Where(session => session.Id == sessionId), cancellationToken) == 0)
            return false;

        await EndWithBrowsersAsync(userId, [sessionId], cancellationToken);
        return true;
    }

    /// <summary>Ends all sessions of a user, or all but one. Call it in a transaction that has locked the user.</summary>
    /// <returns>The number of sessions ended, at most <see cref="MaxMarked"/>.</returns>
    public async Task<int> EndAllAsync(int userId, Guid? exceptSessionId, CancellationToken cancellationToken)
    {
        // An unused code would start another session. Used ones stay: a second use must be noticed.
        await database.AuthorizationCodes.Where(code => code.UserId == userId && code.UsedAt == null).ExecuteDeleteAsync(cancellationToken);
        return await EndOthersAsync(userId, exceptSessionId is { } kept ? [kept] : [], cancellationToken);
    }

    /// <summary>Ends the sessions of a user in which a passkey was used that has been removed. Call it in a transaction that has locked the
    /// user.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="passkeyId">The passkey, or <see langword="null"/> for all of the user's.</param>
    /// <param name="exceptSessionId">The session that stays.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The number of sessions ended, without those of clients that end with a browser's.</returns>
    public async Task<int> EndForPasskeyAsync(
        int userId, Guid? passkeyId, Guid? exceptSessionId, CancellationToken cancellationToken)
    {
        var opened = await LivingOf(userId)
            .Where(session => session.PasskeyId != null && (passkeyId == null || session.PasskeyId == passkeyId)
                && session.Id != exceptSessionId)
            .Select(session => session.Id).Take(MaxMarked).ToListAsync(cancellationToken);
        if (opened.Count == 0)
            return 0;

        var ended = await MarkAsync(userId, LivingOf(userId).Where(session => opened.Contains(session.Id)), cancellationToken);
        await EndWithBrowsersAsync(userId, opened, cancellationToken);
        return ended;
    }

    /// <summary>Ends the sessions of a user that were started for a client. Call it in a transaction that has locked the user.</summary>
    /// <returns>The number of sessions ended.</returns>
    public Task<int> EndForClientAsync(int userId, string clientId, CancellationToken cancellationToken) =>
        MarkAsync(userId, LivingOf(userId).Where(session => session.ClientId == clientId), cancellationToken);

    /// <summary>Ends all sessions that were started for a client, which is about to be deleted: it is not told.</summary>
    /// <returns>The number of sessions ended.</returns>
    public Task<int> EndForClientAsync(string clientId, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return database.Sessions.Where(session => session.ClientId == clientId).Living(now - JwtOptions.ClockSkew)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.RevokedAt, now), cancellationToken);
    }

    /// <summary>Ends the sessions of a user that were used longest ago, so that one more is within a limit. A client that begins more
    /// than its share, a quarter of the limit, ends its own, or a client that a user once agreed to could end all other sessions of the
    /// user. Call it in a transaction that has locked the user.</summary>
    /// <param name="clientId">The client of the new session; <see langword="null"/> for a browser or a first-party login.</param>
    public async Task<SessionRoom> MakeRoomAsync(User user, string? clientId, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        var own = clientId is null ? [] : await EndBeyondShareAsync(user.Id, clientId, Math.Max(1, limit / ClientShare), cancellationToken);
        var byLastUse = ByLastUse(LivingOf(user.Id));
        var excess = await byLastUse.Skip(limit - 1).Take(MaxMarked).ToListAsync(cancellationToken);
        if (excess.Count == MaxMarked)
        {
            await StartEpochAsync(user.Id, await byLastUse.Take(limit - 1).ToListAsync(cancellationToken), cancellationToken);
            return new SessionRoom(excess, user.SessionEpoch + 1);
        }

        if (excess.Count > 0)
        {
            await MarkAsync(user.Id, LivingOf(user.Id).Where(session => excess.Contains(session.Id)), cancellationToken);
            await EndWithBrowsersAsync(user.Id, excess, cancellationToken);
        }

        return new SessionRoom([.. own, .. excess], user.SessionEpoch);
    }

    private async Task<List<Guid>> EndBeyondShareAsync(int userId, string clientId, int share, CancellationToken cancellationToken)
    {
        var ended = await ByLastUse(LivingOf(userId).Where(session => session.ClientId == clientId))
            .Skip(share - 1).Take(MaxMarked).ToListAsync(cancellationToken);
        if (ended.Count > 0)
            await MarkAsync(userId, LivingOf(userId).Where(session => ended.Contains(session.Id)), cancellationToken);

        return ended;
    }

    private static IQueryable<Guid> ByLastUse(IQueryable<Session> sessions) => sessions
        .OrderByDescending(session => session.ExpiresAt).Take(MaxRanked)
        .OrderByDescending(session => session.LastSeenAt)
        .ThenByDescending(session => session.CreatedAt).ThenByDescending(session => session.Id)
        .Select(session => session.Id);

    private async Task<int> EndOthersAsync(int userId, IReadOnlyList<Guid> kept, CancellationToken cancellationToken)
    {
        var ended = await MarkAsync(
            userId,
            LivingOf(userId).Where(session => !kept.Contains(session.Id)).OrderBy(session => session.ExpiresAt).Take(MaxMarked),
            cancellationToken);
        if (ended == MaxMarked)
            await StartEpochAsync(userId, kept, cancellationToken);

        return ended;
    }

    /// <summary>Ends every session of the current epoch but those to keep, which move to the next one.</summary>
    private async Task StartEpochAsync(int userId, IReadOnlyList<Guid> kept, CancellationToken cancellationToken)
    {
        await database.Users.Where(user => user.Id == userId)
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.SessionEpoch, user => user.SessionEpoch + 1), cancellationToken);
        await database.Sessions
            .Where(session => session.UserId == userId && kept.Contains(session.Id) && session.Epoch == session.User!.SessionEpoch - 1)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.Epoch, session => session.Epoch + 1), cancellationToken);
    }

    /// <summary>Returns the living sessions of a user. An expired one counts as long as the clock skew lets its access tokens
    /// pass.</summary>
    private IQueryable<Session> LivingOf(int userId) =>
        database.Sessions.Where(session => session.UserId == userId).Living(clock.GetStoredNow() - JwtOptions.ClockSkew);

    /// <summary>Ends the clients' sessions that end with those of browsers.</summary>
    private Task<int> EndWithBrowsersAsync(int userId, IReadOnlyList<Guid> ended, CancellationToken cancellationToken) => MarkAsync(
        userId,
        LivingOf(userId).EndingWithBrowser().Where(session => ended.Contains(session.BrowserSessionId!.Value)),
        cancellationToken);

    private async Task<int> MarkAsync(int userId, IQueryable<Session> sessions, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        var marked = await sessions.ExecuteUpdateAsync(row => row.SetProperty(session => session.RevokedAt, now), cancellationToken);
        if (marked > 0)
            await notices.AddOfEndedAsync(userId, now, cancellationToken);

        return marked;
    }
}

/// <summary>The room for another session of a user.</summary>
/// <param name="Ended">The sessions that were ended; of more than <see cref="SessionRevocation.MaxMarked"/>, that many.</param>
/// <param name="Epoch">The epoch of the new session.</param>
public sealed record SessionRoom(IReadOnlyList<Guid> Ended, int Epoch);
