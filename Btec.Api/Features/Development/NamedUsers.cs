using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Development;

/// <summary>Finds the users that commands name by their address.</summary>
internal sealed class NamedUsers(BtecDbContext database)
{
    /// <summary>The error for an address that no user has.</summary>
    public static readonly AuthError Unknown = AuthError.NotFound with
    {
        Detail = "No user has this e-mail address. Check its spelling, or register it first.",
    };

    /// <summary>Finds a user by their address, in any spelling.</summary>
    public Task<User?> FindAsync(string email, CancellationToken cancellationToken)
    {
        var address = EmailAddress.Normalize(email);
        return database.Users.AsNoTracking().FirstOrDefaultAsync(user => user.Email == address, cancellationToken);
    }
}
