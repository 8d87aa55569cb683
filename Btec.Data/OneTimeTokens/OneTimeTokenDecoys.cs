using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.OneTimeTokens;

/// <summary>Makes an address that is known cost as much time as one that is not: what is written for one of the two alone is
/// written for both, and taken out again in the same transaction. Where it stays, the same statement runs and finds nothing.</summary>
public sealed class OneTimeTokenDecoys(BtecDbContext database)
{
    /// <summary>Saves, and takes the token out again that was added, if it is a decoy.</summary>
    public async Task SettleTokenAsync(bool isDecoy, CancellationToken cancellationToken)
    {
        var added = database.ChangeTracker.Entries<OneTimeToken>().Single().Entity;
        await database.SaveChangesAsync(cancellationToken);
        var hash = isDecoy ? added.Hash : new byte[added.Hash.Length];
        await database.OneTimeTokens.Where(token => token.Hash == hash).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Saves, and takes the mail out again that was added, if it is a decoy.</summary>
    public async Task SettleMailAsync(bool isDecoy, CancellationToken cancellationToken)
    {
        var added = database.ChangeTracker.Entries<OutgoingMail>().Single().Entity;
        await database.SaveChangesAsync(cancellationToken);
        var id = isDecoy ? added.Id : Guid.Empty;
        await database.OutgoingMails.Where(mail => mail.Id == id).ExecuteDeleteAsync(cancellationToken);
    }
}
