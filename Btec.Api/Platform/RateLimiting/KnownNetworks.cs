using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>Where the owner of an account has logged in: the networks of their sessions, as long as those are kept.</summary>
public sealed class KnownNetworks(BtecDbContext database)
{
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
