using Btec.Api.Platform.BearerTokens;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Features.SigningKeys;

/// <summary>Lists the keys that are published.</summary>
internal sealed class SigningKeyList(BtecDbContext database, TokenKeys keys, TimeProvider clock)
{
    /// <summary>Returns the keys of each algorithm, newest first. A row that no instance trusts is not among them.</summary>
    public async Task<IReadOnlyList<ListedKey>> FindAsync(CancellationToken cancellationToken)
    {
        var published = (await keys.ListPublishedAsync(cancellationToken)).Select(key => key.Kid).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Describe(SecurityAlgorithms.EcdsaSha256, await ReadAsync(database.SigningKeys, cancellationToken), published),
            .. Describe(SecurityAlgorithms.RsaSha256, await ReadAsync(database.RsaSigningKeys, cancellationToken), published),
        ];
    }

    private static async Task<List<StoredSigningKey>> ReadAsync<T>(IQueryable<T> rows, CancellationToken cancellationToken)
        where T : StoredSigningKey =>
        [.. await rows.AsNoTracking().OrderByDescending(key => key.Generation).ToListAsync(cancellationToken)];

    private IEnumerable<ListedKey> Describe(string algorithm, IEnumerable<StoredSigningKey> rows, HashSet<string> published)
    {
        var now = clock.GetUtcNow();
        var trusted = rows.Where(key => published.Contains(key.KeyId)).ToList();
        // The very first key signs at once, even if this clock is behind that of its creator.
        var current = trusted.Find(key => key.ActiveFrom <= now) ?? trusted.LastOrDefault();
        var next = trusted.LastOrDefault(key => key.Generation > current?.Generation);
        return trusted.Select(key => new ListedKey(
            key,
            algorithm,
            key == current ? KeyState.Current : key.Generation > current!.Generation ? KeyState.Next : KeyState.Former,
            key == current ? next?.ActiveFrom ?? key.ActiveFrom + SigningKeySchedule.MaxAge : null));
    }
}

/// <summary>A published key.</summary>
/// <param name="RotatesAt">The time at which the next key takes over from the current one.</param>
internal sealed record ListedKey(StoredSigningKey Key, string Algorithm, KeyState State, DateTimeOffset? RotatesAt);

/// <summary>The part that a published key plays.</summary>
internal enum KeyState
{
    /// <summary>It will sign.</summary>
    Next,

    /// <summary>It signs.</summary>
    Current,

    /// <summary>It verifies tokens that it signed earlier.</summary>
    Former,
}
