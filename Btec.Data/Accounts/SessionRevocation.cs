using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The end of a user's sessions, as when the password changes or the user is deactivated.</summary>
public sealed class SessionRevocation(BtecDbContext database, TimeProvider clock)
{
    /// <summary>Ends all sessions of a user, or all but one, from the next request on. Call it in a transaction.</summary>
    /// <returns>The number of sessions ended.</returns>
    public Task<int> EndAllAsync(int userId, Guid? exceptSessionId, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return database.Sessions
            .Where(session => session.UserId == userId && session.Id != exceptSessionId && session.RevokedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.RevokedAt, now), cancellationToken);
    }
}
