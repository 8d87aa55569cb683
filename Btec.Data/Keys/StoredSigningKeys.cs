using Btec.Data.Model;

namespace Btec.Data.Keys;

/// <summary>The rows of one table of signing keys, and which of them are trusted.</summary>
/// <param name="rows">All rows, oldest first.</param>
internal sealed class StoredSigningKeys<TKey>(IReadOnlyList<TKey> rows, SigningKeyVault vault)
    where TKey : StoredSigningKey
{
    private readonly List<TKey> _authentic = [.. rows.Where(vault.CanOpen)];

    /// <summary>All rows, oldest first.</summary>
    public IReadOnlyList<TKey> Rows => rows;

    /// <summary>The ids of the revoked keys, which every key created later carries.</summary>
    public IReadOnlySet<string> RevokedIds => field ??= _authentic
        .SelectMany(key => key.RevokedKeyIds.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>The keys of the configured secrets that are not revoked, oldest first.</summary>
    public IReadOnlyList<TKey> Own => field ??= [.. _authentic.Where(IsNotRevoked)];

    /// <summary>The own keys, and before them those of version 1.0, whose times were not authenticated. They are trusted until
    /// the tokens signed before an own key took over have expired.</summary>
    public IReadOnlyList<TKey> Trusted => field ??=
    [
        .. rows.Where(key => IsNotRevoked(key) && key.Generation < FirstOwnGeneration && vault.CanOpenFirstVersion(key)),
        .. Own,
    ];

    /// <summary>The generation of the next key.</summary>
    public int NextGeneration => rows.Count == 0 ? 1 : rows[^1].Generation + 1;

    private int FirstOwnGeneration => _authentic.Count == 0 ? int.MaxValue : _authentic[0].Generation;

    private bool IsNotRevoked(TKey key) => !RevokedIds.Contains(key.KeyId);
}
