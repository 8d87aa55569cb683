using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Btec.Data.Model;

namespace Btec.Data.Audit;

/// <summary>The newest event of a chain at some moment, which somebody has noted outside the database.</summary>
/// <param name="ChainId">The chain.</param>
/// <param name="Position">The position of the event.</param>
/// <param name="Hash">The beginning of its hash, in base64url.</param>
public sealed record AuditHead(short ChainId, long Position, string Hash)
{
    /// <summary>The number of bytes of a hash that are noted. Finding another event with the same 128 bits takes 2^128
    /// attempts.</summary>
    private const int HashBytes = 16;

    /// <summary>The number of base64url characters of <see cref="HashBytes"/>.</summary>
    private const int HashCharacters = 22;

    /// <summary>Writes the heads of all chains that have events as one word, <c>CHAIN:POSITION:HASH</c> separated by
    /// commas.</summary>
    public static string Write(IEnumerable<AuditChain> chains) => string.Join(',', chains
        .Where(chain => chain.Length > 0)
        .OrderBy(chain => chain.Id)
        .Select(chain => string.Create(
            CultureInfo.InvariantCulture, $"{chain.Id}:{chain.Length}:{WriteHash(chain.Hash)}")));

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out IReadOnlyList<AuditHead>? heads)
    {
        ArgumentNullException.ThrowIfNull(text);
        var read = text.Split(',').Select(TryReadOne).ToList();
        heads = read.Contains(null) ? null : [.. read.OfType<AuditHead>()];
        return heads is not null;
    }

    /// <summary>Returns whether this is the hash that was noted.</summary>
    internal bool Matches(byte[] hash) => string.Equals(Hash, WriteHash(hash), StringComparison.Ordinal);

    private static string WriteHash(byte[] hash) => Base64Url.EncodeToString(hash.AsSpan(0, Math.Min(HashBytes, hash.Length)));

    private static AuditHead? TryReadOne(string text) =>
        text.Split(':') is [var chain, var position, { Length: HashCharacters } hash]
        && short.TryParse(chain, NumberStyles.None, CultureInfo.InvariantCulture, out var chainId)
        && chainId is >= 1 and <= AuditChain.Count
        && long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0
            ? new AuditHead(chainId, number, hash)
            : null;
}
