using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The removal of all second factors of a user.</summary>
public sealed class SecondFactorRemoval(BtecDbContext database)
{
    /// <summary>Removes authenticators, passkeys and recovery codes, confirmed or not, and what is about to use or to add one: logins
    /// that wait for a code, and challenges of passkeys. Call it in a transaction that has locked the user.</summary>
    /// <returns>The number of authenticators and passkeys removed.</returns>
    public async Task<int> RemoveAllAsync(User user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        await database.PendingLogins.Where(login => login.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await database.PasskeyChallenges.Where(challenge => challenge.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await database.RecoveryCodes.Where(code => code.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        var removed = await database.TotpFactors.Where(factor => factor.UserId == user.Id).ExecuteDeleteAsync(cancellationToken)
            + await database.Passkeys.Where(passkey => passkey.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        user.HasSecondFactor = false;
        return removed;
    }
}
