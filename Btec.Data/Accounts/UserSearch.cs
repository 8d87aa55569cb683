using System.Diagnostics.CodeAnalysis;
using Btec.Data.Model;
using Btec.Data.Postgres;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The searchable list of users, read page by page from the newest to the oldest.</summary>
/// <param name="database">The context of the request.</param>
/// <param name="replica">The server of lists, if it may be another one.</param>
public sealed class UserSearch(BtecDbContext database, ReplicaReads? replica = null)
{
    /// <summary>The shortest text to search for, in code points: an index of trigrams cannot find a shorter one.</summary>
    public const int MinTextLength = 3;

    /// <summary>The longest text to search for, in code points; no address and no name is longer.</summary>
    public const int MaxTextLength = User.FullNameMaxLength;

    private const string Escape = "\\";

    /// <summary>Returns a sentence that says why a text cannot be searched for, or <see langword="null"/>.</summary>
    public static string? FindFault(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains('\0', StringComparison.Ordinal))
            return "Must not contain a NUL character.";

        if (TextRules.CountCodePoints(SearchText.Fold(text.Trim())) < MinTextLength)
            return $"Use at least {MinTextLength} characters.";

        return TextRules.CountCodePoints(text.AsSpan().Trim()) > MaxTextLength ? $"Use at most {MaxTextLength} characters." : null;
    }

    /// <summary>Returns the users that match every filter given, newest first.</summary>
    /// <param name="text">A text that the e-mail address or the name contains, in any case.</param>
    /// <param name="isActive">The state of the users to return.</param>
    /// <param name="beforeId">The id that the users returned come before.</param>
    /// <param name="limit">The maximum number of users.</param>
    /// <param name="cancellationToken">A token that cancels the query.</param>
    public async Task<IReadOnlyList<User>> ListAsync(
        string? text, bool? isActive, int? beforeId, int limit, CancellationToken cancellationToken) => replica is null
        ? await Page(text, isActive, beforeId, limit).ToListAsync(cancellationToken)
        : await replica.ReadAsync(
            source => new UserSearch(source).ListAsync(text, isActive, beforeId, limit, cancellationToken), cancellationToken);

    /// <summary>Builds the query of a page.</summary>
    public IQueryable<User> Page(string? text, bool? isActive, int? beforeId, int limit)
    {
        var users = database.Users.AsNoTracking();
        if (text is not null)
            users = Containing(users, SearchText.Fold(text.Trim()));

        if (isActive is { } active)
            users = users.Where(user => user.IsActive == active);

        if (beforeId is { } id)
            users = users.Where(user => user.Id < id);

        return users.OrderByDescending(user => user.Id).Take(limit);
    }

    /// <summary>Returns one user, or <see langword="null"/>.</summary>
    public Task<User?> FindAsync(int id, CancellationToken cancellationToken) =>
        database.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id, cancellationToken);

    /// <summary>Filters by a folded text. Domains are stored in ASCII, so that of an address is also looked for in that
    /// form.</summary>
    /// <remarks><para>The pattern is a constant, which EF Core quotes, and not a parameter: PostgreSQL has to see it to decide
    /// between the trigram index (rare texts) and the primary key (common texts). A plan for any text would always walk the
    /// key. </para><para>Of an e-mail address the index looks up the part up to the @ only: comparing the trigrams of a domain
    /// that many users share takes most of the time (62 ms instead of 10 ms with a million users).</para></remarks>
    [SuppressMessage("Performance", "CA2249:Use string.Contains instead of string.IndexOf", Justification = "It becomes strpos, which no index answers.")]
    private static IQueryable<User> Containing(IQueryable<User> users, string text)
    {
        var local = text[..(text.IndexOf('@', StringComparison.Ordinal) + 1)];
        var address = local + EmailDomain.ToAsciiLabels(text[local.Length..]);
        var isPartial = local.Length >= MinTextLength && local.Length < text.Length;
        var (pattern, other) = (PatternOf(isPartial ? local : text), PatternOf(address));
        if (isPartial)
        {
            return users
                .Where(user => EF.Functions.Like(user.Email, EF.Constant(pattern), Escape)
                    || EF.Functions.Like(user.SearchName!, EF.Constant(pattern), Escape))
                .Where(user => user.Email.IndexOf(address) >= 0 || user.SearchName!.IndexOf(text) >= 0);
        }

        return address == text
            ? users.Where(user => EF.Functions.Like(user.Email, EF.Constant(pattern), Escape)
                || EF.Functions.Like(user.SearchName!, EF.Constant(pattern), Escape))
            : users.Where(user => EF.Functions.Like(user.Email, EF.Constant(pattern), Escape)
                || EF.Functions.Like(user.Email, EF.Constant(other), Escape)
                || EF.Functions.Like(user.SearchName!, EF.Constant(pattern), Escape));
    }

    private static string PatternOf(string text) => $"%{text
        .Replace(Escape, Escape + Escape, StringComparison.Ordinal)
        .Replace("%", Escape + "%", StringComparison.Ordinal)
        .Replace("_", Escape + "_", StringComparison.Ordinal)}%";
}
