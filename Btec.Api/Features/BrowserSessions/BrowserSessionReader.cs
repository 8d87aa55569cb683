using Btec.Api.Platform.BearerTokens;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.BrowserSessions;

/// <summary>The user and the session of a signed-in browser, as the database has them now.</summary>
internal sealed class BrowserSessionReader(BtecDbContext database, LastSeenWriter lastSeen, TimeProvider clock)
{
    /// <summary>Finds the living session of a cookie, and notes that it was used.</summary>
    /// <returns>The session with its active user, or <see langword="null"/>.</returns>
    public async Task<CurrentUser?> FindAsync(BrowserCookie cookie, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cookie);
        if (cookie.FindHash() is not { } hash)
            return null;

        var session = await database.Sessions.AsNoTracking()
            .Where(row => row.BrowserHash == hash && row.User!.IsActive)
            .Living(clock.GetStoredNow())
            .Select(row => new ActiveSession(
                row.User!, row.Id, row.LastSeenAt, row.AuthTime ?? row.CreatedAt, row.Amr, row.ClientId, row.Scope))
            .FirstOrDefaultAsync(cancellationToken);
        if (session is null)
            return null;

        var caller = new CurrentUser(session);
        lastSeen.Report(caller);
        return caller;
    }
}
