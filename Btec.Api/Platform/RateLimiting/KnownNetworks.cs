using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The networks from which the owner of an account has logged in, taken from the sessions that are still
/// stored.</summary>
internal sealed class KnownNetworks(BtecDbContext database)
{
    /// <summary>Returns whether the owner of an account has logged in from the network of an IP address.</summary>
    public async Task<bool> ContainsAsync(string email, string? address, CancellationToken cancellationToken)
    {
        if (EmailAddress.FindFault(email) is not null)
            return false;

        var owner = EmailAddress.Normalize(email);
        var addresses = await database.Sessions.AsNoTracking()
            .Where(session => session.User!.Email == owner && session.Address != null)
            .Select(session => session.Address)
            .Distinct()
            .ToListAsync(cancellationToken);
        var network = ClientNetwork.NetworkOf(address);
        return addresses.Exists(known => ClientNetwork.NetworkOf(known) == network);
    }
}
