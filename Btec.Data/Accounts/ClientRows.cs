using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The rows of OAuth clients: their locks and their deletion. On SQLite a transaction is the only writer and needs no
/// locks.</summary>
public sealed class ClientRows(BtecDbContext database, SessionRevocation sessions)
{
    /// <summary>The time limit of a statement that ends what belongs to a client, which may have any number of users. An
    /// estimate.</summary>
    private static readonly TimeSpan StatementLimit = TimeSpan.FromSeconds(60);

    /// <summary>Locks a client against changes by others until the transaction ends, and returns the current row.</summary>
    public async Task<OAuthClient?> TakeAsync(string id, CancellationToken cancellationToken)
    {
        var rows = database.Database.IsNpgsql()
            ? database.OAuthClients.FromNamed($"SELECT [columns] FROM oauth_clients WHERE id = {id} FOR UPDATE")
            : database.OAuthClients.Where(client => client.Id == id);
        return (await rows.AsTracking().ToListAsync(cancellationToken)).FirstOrDefault();
    }

    /// <summary>Deletes a client that has been locked, with its sessions, codes and consents. Its tokens are void, because requests look up
    /// their client, whatever another transaction starts meanwhile.</summary>
    /// <returns>The number of sessions ended.</returns>
    public async Task<int> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        var usual = database.Database.GetCommandTimeout();
        database.Database.SetCommandTimeout(StatementLimit);
        try
        {
            await database.OAuthClients.Where(client => client.Id == id).ExecuteDeleteAsync(cancellationToken);
            await database.AuthorizationRequests.Where(request => request.ClientId == id).ExecuteDeleteAsync(cancellationToken);
            await database.AuthorizationCodes.Where(code => code.ClientId == id).ExecuteDeleteAsync(cancellationToken);
            var ended = await sessions.EndForClientAsync(id, cancellationToken);
            await database.ClientGrants.Where(grant => grant.ClientId == id).ExecuteDeleteAsync(cancellationToken);
            // Nobody is left to be told.
            await database.LogoutNotices.Where(notice => notice.ClientId == id && notice.SentAt == null && notice.AbandonedAt == null)
                .ExecuteDeleteAsync(cancellationToken);
            return ended;
        }
        finally
        {
            database.Database.SetCommandTimeout(usual);
        }
    }
}
