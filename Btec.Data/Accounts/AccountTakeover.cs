using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The takeover of an account by the owner of its address, which nobody has confirmed before. Whoever set the account up may be
/// somebody else, so nothing that they put on it stays.</summary>
public sealed class AccountTakeover(
    BtecDbContext database, SecondFactorRemoval factors, ExternalIdentityRemoval identities, TimeProvider clock)
{
    /// <summary>Removes the second factors, the external logins and the consents of a user, and confirms the address. Call it in a
    /// transaction that has locked the user and replaces the password.</summary>
    /// <param name="user">The user.</param>
    /// <param name="keepsName"><see langword="true"/> to leave the full name, which is that of an administrator's invitation.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The numbers of what was removed, as details of the audit event.</returns>
    public async Task<IReadOnlyDictionary<string, object?>> CompleteAsync(User user, bool keepsName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        var removed = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["factors_removed"] = await factors.RemoveAllAsync(user, cancellationToken),
            ["identities_removed"] = await identities.RemoveAllAsync(user.Id, cancellationToken),
            ["grants_removed"] = await database.ClientGrants.Where(grant => grant.UserId == user.Id).ExecuteDeleteAsync(cancellationToken),
        };
        if (!keepsName)
            user.FullName = null;

        user.EmailVerifiedAt = clock.GetStoredNow();
        return removed;
    }
}
