using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The removal of every external login of an account that its owner takes over.</summary>
public sealed class ExternalIdentityRemoval(BtecDbContext database, ExternalProofs proofs)
{
    /// <summary>Removes the logins of a user, and voids the link tokens. Call it in a transaction that has locked the user.</summary>
    /// <returns>The number of logins removed.</returns>
    public async Task<int> RemoveAllAsync(int userId, CancellationToken cancellationToken)
    {
        await proofs.RevokeAsync(userId, cancellationToken);
        return await database.ExternalIdentities.Where(identity => identity.UserId == userId).ExecuteDeleteAsync(cancellationToken);
    }
}
