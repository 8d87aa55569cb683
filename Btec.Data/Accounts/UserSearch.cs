using Btec.Data.Model;
using Btec.Data.Postgres;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>Lists users, page by page, at the same cost whatever the page and however many users there are.</summary>
public sealed class UserSearch(BtecDbContext database)
{
    /// <summary>Sorts behind every character there is, in UTF-8 as in UTF-16: what begins with a prefix lies between the prefix and
    /// the prefix with this.</summary>
    private const string Last = "\U0010FFFF";

    /// <summary>Characters of address and name that have an index of their own: one for the first, one for the first two, and so on.
    /// So many that few users share them, among whom the rest is looked for.</summary>
    private const int IndexedLength = 6;

    private static readonly string[] SearchedColumns = ["email", "search_name"];
    private static readonly bool[] BothStates = [true, false];

    /// <summary>Users that a filter finds, the newest first.</summary>
    /// <param name="prefix">What the e-mail address or the name begins with, in any case.</param>
    /// <param name="isActive">Only the active ones, or only the others.</param>
    /// <param name="beforeId">Only users who were made before this one.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<User>> ListAsync(
        string? prefix, bool? isActive, int? beforeId, int limit, CancellationToken cancellationToken)
    {
        if (prefix is not null)
        {
            var (statement, parameters) = Search(prefix.ToLowerInvariant(), isActive, beforeId, limit);
            var planned = PlanModeOf(prefix) + statement;
            return await database.Users.FromSqlRaw(planned, parameters).AsNoTracking().ToListAsync(cancellationToken);
        }

        return await Page(database.Users.AsNoTracking(), isActive, beforeId, limit).ToListAsync(cancellationToken);
    }

    /// <summary>The query of a page that is not searched.</summary>
    public static IQueryable<User> Page(IQueryable<User> users, bool? isActive, int? beforeId, int limit) =>
        (isActive is { } active ? OfState(users, active, beforeId) : All(users, beforeId)).Take(limit);

    /// <summary>The statement of a search, with numbers for its parameters. Each of its parts reads one index from its end, and no more
    /// than a page of it; which one depends on how long the prefix is. Sorting all that begins with a common prefix, or looking for
    /// it among all users, would take longer the more there are. The limit is written out: a plan for any limit sorts.</summary>
    public static (string Statement, object[] Parameters) Search(string prefix, bool? isActive, int? beforeId, int limit)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var runes = prefix.EnumerateRunes().Take(IndexedLength).ToList();
        var first = string.Concat(runes);
        var parts =
            from column in SearchedColumns
            from active in isActive is { } one ? [one] : BothStates
            select $$"""
                SELECT * FROM (
                    SELECT * FROM users
                    WHERE substr({{column}}, 1, {{runes.Count}}) = {0} AND is_active = {{(active ? "true" : "false")}}
                    {{(prefix == first ? "" : $"AND {column} >= {{1}} AND {column} < {{2}}")}}
                    {{(beforeId is null ? "" : "AND -id > {3}")}}
                    ORDER BY -id LIMIT {{limit}}) AS part
                """;
        return (
            $"SELECT * FROM ({string.Join(" UNION ", parts)}) AS found ORDER BY id DESC LIMIT {limit}",
            [first, prefix, prefix + Last, -(beforeId ?? 0)]);
    }

    /// <summary>A prefix that is longer than the indexes is looked for in the index of whole values, or among all who share its beginning,
    /// whichever are fewer.</summary>
    private string PlanModeOf(string prefix) =>
        !database.Database.IsNpgsql() ? "" : prefix.EnumerateRunes().Count() > IndexedLength ? PlanModes.ForEachValue : PlanModes.Once;

    private static IQueryable<User> All(IQueryable<User> users, int? beforeId) =>
        (beforeId is { } id ? users.Where(user => user.Id < id) : users).OrderByDescending(user => user.Id);

    /// <summary>By an expression that only the index of the filter has: PostgreSQL would walk the primary key, past all whom the filter
    /// leaves out.</summary>
    private static IQueryable<User> OfState(IQueryable<User> users, bool isActive, int? beforeId)
    {
        var found = users.Where(user => user.IsActive == isActive);
        return (beforeId is { } id ? found.Where(user => 0 - user.Id > -id) : found).OrderBy(user => 0 - user.Id);
    }

    public Task<User?> FindAsync(int id, CancellationToken cancellationToken) =>
        database.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id, cancellationToken);
}
