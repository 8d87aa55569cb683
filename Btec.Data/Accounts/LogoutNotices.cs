using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The notices to clients whose sessions end, which are written in the transaction that ends them.</summary>
/// <param name="clients">The clients that want to be told; a program that knows none of them tells nobody.</param>
public sealed class LogoutNotices(BtecDbContext database, TimeProvider clock, IBackChannelClients? clients = null)
{
    /// <summary>Adds the notices of the sessions of a user that ended at a moment. The next save stores them.</summary>
    internal Task AddOfEndedAsync(int userId, DateTimeOffset endedAt, CancellationToken cancellationToken) =>
        AddAsync(userId, database.Sessions.Where(session => session.UserId == userId && session.RevokedAt == endedAt), cancellationToken);

    /// <summary>Adds the notices of the living sessions of a user who is about to be deleted, and stores them.</summary>
    internal async Task AddOfLivingAsync(int userId, CancellationToken cancellationToken)
    {
        await AddAsync(
            userId, database.Sessions.Where(session => session.UserId == userId).Living(clock.GetStoredNow()), cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
    }

    private async Task AddAsync(int userId, IQueryable<Session> ended, CancellationToken cancellationToken)
    {
        if (clients is null)
            return;

        // Another end at the same moment has written notices, too.
        var ofClients = await ended.AsNoTracking()
            .Where(session => session.ClientId != null && !database.LogoutNotices.Any(notice => notice.SessionId == session.Id))
            .Select(session => new { session.Id, ClientId = session.ClientId! })
            .ToListAsync(cancellationToken);
        if (ofClients.Count == 0)
            return;

        var listeners = await clients.FindAsync(
            [.. ofClients.Select(session => session.ClientId).Distinct(StringComparer.Ordinal)], cancellationToken);
        var now = clock.GetStoredNow();
        var waiting = database.LogoutNotices.Local.Select(notice => notice.SessionId).ToHashSet();
        database.LogoutNotices.AddRange(ofClients
            .Where(session => listeners.Contains(session.ClientId) && !waiting.Contains(session.Id))
            .Select(session => new LogoutNotice
            {
                Id = Guid.CreateVersion7(now),
                ClientId = session.ClientId,
                UserId = userId,
                SessionId = session.Id,
                CreatedAt = now,
                NextAttemptAt = now,
            }));
    }
}
