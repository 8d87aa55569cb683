using Btec.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data;

/// <summary>Lists users, page by page, at the same cost whatever the page and however many users there are.</summary>
public sealed class UserDirectory(BtecDbContext database)
{
    /// <summary>Sorts behind every character there is, in UTF-8 as in UTF-16: what begins with a prefix lies between the prefix and
    /// the prefix with this.</summary>
    private const string Last = "\U0010FFFF";

    /// <summary>Users that a filter finds, the newest first.</summary>
    /// <param name="prefix">What the e-mail address or the name begins with, in any case.</param>
    /// <param name="isActive">Only the active ones, or only the others.</param>
    /// <param name="beforeId">Only users who were made before this one.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<User>> ListAsync(
        string? prefix, bool? isActive, int? beforeId, int limit, CancellationToken cancellationToken)
    {
        var users = database.Users.AsNoTracking();
        if (isActive is { } active)
            users = users.Where(user => user.IsActive == active);

        if (beforeId is { } id)
            users = users.Where(user => user.Id < id);

        if (prefix is not null)
        {
            var (first, last) = (prefix.ToLowerInvariant(), prefix.ToLowerInvariant() + Last);
            // Comparisons, and no LIKE: the columns are compared byte by byte, so an index answers them on both databases.
#pragma warning disable CA1309, CA1310, MA0074 // The database compares, as its column says.
            users = users.Where(user =>
                (string.Compare(user.Email, first) >= 0 && string.Compare(user.Email, last) < 0)
                || (string.Compare(user.SearchName, first) >= 0 && string.Compare(user.SearchName, last) < 0));
#pragma warning restore CA1309, CA1310, MA0074
        }

        return await users.OrderByDescending(user => user.Id).Take(limit).ToListAsync(cancellationToken);
    }

    public Task<User?> FindAsync(int id, CancellationToken cancellationToken) =>
        database.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id, cancellationToken);
}
