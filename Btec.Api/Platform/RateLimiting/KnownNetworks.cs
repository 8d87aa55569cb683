using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The networks in which the owner of an account is known: those of the active sessions, and those in which the password
/// was reset a short time ago.</summary>
internal sealed class KnownNetworks(BtecDbContext database, TimeProvider clock)
{
    /// <summary>The number of sessions that are looked at, the largest <c>Sessions:MaxPerUser</c>.</summary>
    private const int MaxSessions = SessionRevocation.MaxMarked;

    /// <summary>The time after a reset by a mailed link in which its network is known. The link has proved who the owner is, and
    /// the new password must work even if strangers have used up the attempts of the account.</summary>
    private static readonly TimeSpan KnownAfterReset = TimeSpan.FromHours(1);

    /// <summary>Returns whether the owner of an account is known in the network of an IP address.</summary>
    public async Task<bool> ContainsAsync(string email, string? address, CancellationToken cancellationToken)
    {
        if (EmailAddress.FindFault(email) is not null)
            return false;

        var owner = EmailAddress.Normalize(email);
        var resetAfter = clock.GetStoredNow() - KnownAfterReset;
        var sessions = ActiveSessions().Where(session => session.User!.Email == owner).Select(session => session.Address);
        var resets = from reset in database.AuditEvents
                     join user in database.Users on reset.UserId equals user.Id
                     where user.Email == owner && reset.Type == AuditTypes.PasswordReset && reset.Outcome == AuditBatch.Success
                         && reset.OccurredAt > resetAfter
                     select reset.Address;
        return IsIn(address, await sessions.Union(resets).OrderBy(known => known).Take(MaxSessions).ToListAsync(cancellationToken));
    }

    /// <summary>Finds a user by a normalized e-mail address, in one query with whether the network of an IP address is that of one
    /// of their active sessions.</summary>
    public async Task<(User? User, bool IsKnown)> FindUserAsync(string email, string? address, CancellationToken cancellationToken)
    {
        // An account from before the limit of sessions may have any number.
        var rows = await (
            from user in database.Users.AsNoTracking()
            where user.Email == email
            from session in ActiveSessions().Where(session => session.UserId == user.Id).DefaultIfEmpty()
            orderby user.Id
            select new { User = user, Address = session == null ? null : session.Address })
            .Take(MaxSessions).ToListAsync(cancellationToken);
        return rows.Count == 0 ? (null, false) : (rows[0].User, IsIn(address, rows.Select(row => row.Address)));
    }

    private static bool IsIn(string? address, IEnumerable<string?> known)
    {
        var network = ClientNetwork.NetworkOf(address);
        return address is not null && known.Any(other => other is not null && ClientNetwork.NetworkOf(other) == network);
    }

    private IQueryable<Session> ActiveSessions() => database.Sessions.Living(clock.GetStoredNow());
}
