using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.Passwords;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.Passwords;

/// <summary>The rules of a new password for a user whose address and name are in the database and not in the request.</summary>
internal sealed class OwnerPasswordRules(BtecDbContext database, SiteWords site)
{
    /// <summary>Returns a sentence for each rule that a password breaks; none if there is no such user.</summary>
    public async Task<IReadOnlyList<string>> FindFaultsAsync(int userId, Secret password, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(password);
        var owner = await database.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == userId, cancellationToken);
        return owner is null ? [] : NewPasswordRules.FindFaults(password.Reveal(), owner.Email, owner.FullName, site);
    }
}
