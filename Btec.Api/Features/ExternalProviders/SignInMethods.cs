using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The ways in which a user can sign in: the password, passkeys, and logins at providers that are configured.</summary>
internal sealed class SignInMethods(BtecDbContext database, ExternalProviderList providers)
{
    /// <summary>Returns whether a user can still sign in without a passkey or an external login. Call it in a transaction that has locked the
    /// user.</summary>
    /// <param name="removed">The id of the passkey or the login.</param>
    public async Task<bool> ExistWithoutAsync(User user, Guid removed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (user.HasPassword
            || await database.Passkeys.AnyAsync(passkey => passkey.UserId == user.Id && passkey.Id != removed, cancellationToken))
            return true;

        var linked = await database.ExternalIdentities.AsNoTracking()
            .Where(identity => identity.UserId == user.Id && identity.Id != removed)
            .Select(identity => identity.Provider).ToListAsync(cancellationToken);
        return linked.Exists(provider => providers.Find(provider) is not null);
    }
}
