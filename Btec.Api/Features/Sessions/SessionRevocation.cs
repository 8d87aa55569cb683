using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Sessions;

/// <summary>Ends the sessions of a user within what makes them end: a new password, a user who is deactivated.</summary>
public sealed class SessionRevocation(BtecDbContext database, TimeProvider clock)
{
    /// <summary>Ends them all, or all but one; it acts on the next request. Call it in a transaction.</summary>
    /// <returns>How many were ended.</returns>
    public Task<int> EndAllAsync(int userId, Guid? exceptSessionId, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return database.Sessions
            .Where(session => session.UserId == userId && session.Id != exceptSessionId && session.RevokedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.RevokedAt, now), cancellationToken);
    }
}
