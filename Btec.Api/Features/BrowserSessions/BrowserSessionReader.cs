using Btec.Api.Features.Sessions;
using Btec.Api.Platform.BearerTokens;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.BrowserSessions;

/// <summary>The user and the session of a signed-in browser, as the database has them now.</summary>
internal sealed class BrowserSessionReader(
    BtecDbContext database, SessionLifetimes lifetimes, LastSeenWriter lastSeen, TimeProvider clock)
{
    /// <summary>The smallest extension of a session that is written, so that a busy browser writes once a minute.</summary>
    private static readonly TimeSpan SmallestExtension = TimeSpan.FromMinutes(1);

    /// <summary>Finds the living session of a cookie, and notes that it was used: it expires after an idle lifetime from now, as if it
    /// had been refreshed.</summary>
    /// <returns>The session with its active user, or <see langword="null"/>.</returns>
    public async Task<CurrentUser?> FindAsync(BrowserCookie cookie, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cookie);
        if (cookie.FindHash() is not { } hash)
            return null;

        var found = await database.Sessions.AsNoTracking()
            .Where(row => row.BrowserHash == hash && row.User!.IsActive)
            .Living(clock.GetStoredNow())
            .Select(row => new
            {
                Session = new ActiveSession(
                    row.User!, row.Id, row.LastSeenAt, row.AuthTime ?? row.CreatedAt, row.Amr, row.ClientId, row.Scope),
                row.CreatedAt,
                row.ExpiresAt,
            })
            .FirstOrDefaultAsync(cancellationToken);
        if (found is null)
            return null;

        var end = lifetimes.RefreshEnd(found.CreatedAt, clock.GetStoredNow());
        if (end - found.ExpiresAt >= SmallestExtension)
            await ExtendAsync(found.Session.SessionId, end, cancellationToken);

        var caller = new CurrentUser(found.Session);
        lastSeen.Report(caller);
        return caller;
    }

    private Task<int> ExtendAsync(Guid sessionId, DateTimeOffset end, CancellationToken cancellationToken) => database.Sessions
        .Where(session => session.Id == sessionId && session.RevokedAt == null && session.ExpiresAt < end)
        .ExecuteUpdateAsync(row => row.SetProperty(session => session.ExpiresAt, end), cancellationToken);
}
