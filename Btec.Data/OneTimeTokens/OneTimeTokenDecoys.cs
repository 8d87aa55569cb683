using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.OneTimeTokens;

/// <summary>The decoys that equalize the response times of known and unknown addresses. A row that only one case needs is
/// written in both and deleted in the same transaction; where it stays, the same statement runs and deletes nothing.</summary>
public sealed class OneTimeTokenDecoys(BtecDbContext database)
{
    /// <summary>Saves the token that was added, and deletes it again if it is a decoy.</summary>
    public async Task SettleTokenAsync(bool isDecoy, CancellationToken cancellationToken)
    {
        var added = database.ChangeTracker.Entries<OneTimeToken>().Single().Entity;
        await database.SaveChangesAsync(cancellationToken);
        var hash = isDecoy ? added.Hash : new byte[added.Hash.Length];
        await database.OneTimeTokens.Where(token => token.Hash == hash).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Saves the mail that was added, and deletes it again if it is a decoy.</summary>
    public async Task SettleMailAsync(bool isDecoy, CancellationToken cancellationToken)
    {
        var added = database.ChangeTracker.Entries<OutgoingMail>().Single().Entity;
        await database.SaveChangesAsync(cancellationToken);
        var id = isDecoy ? added.Id : Guid.Empty;
        await database.OutgoingMails.Where(mail => mail.Id == id).ExecuteDeleteAsync(cancellationToken);
    }
}
