using System.Buffers.Binary;
using System.Security.Cryptography;
using Btec.Data.Model;

namespace Btec.Data.Audit;

/// <summary>The authentication of a chain's ends: an HMAC with SHA-256 over both, under a key derived from
/// <c>Jwt:SigningKey</c>. Without it, somebody who can write to the database could remove the newest or the oldest events and
/// move the ends accordingly.</summary>
/// <param name="keys">The keys: the first authenticates, each verifies; <see langword="null"/> in a process without the secret, which
/// authenticates nothing.</param>
public sealed class AuditEnds(IReadOnlyList<byte[]>? keys)
{
    /// <summary>The length of what is authenticated, in bytes: the chain, two positions and two hashes.</summary>
    private const int ContentLength = sizeof(short) + (2 * sizeof(long)) + (2 * AuditHash.Length);

    /// <summary>Gets whether this process has the secret.</summary>
    public bool CanAuthenticate => keys is not null;

    /// <summary>Returns whether the ends are those that a process with a configured secret has written. A chain in its initial state
    /// needs no authentication, because everybody knows that state.</summary>
    public bool AreAuthentic(AuditChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        if (chain.Hash.Length != AuditHash.Length || chain.PrunedHash.Length != AuditHash.Length)
            return false;

        if (chain.EndsMac is null)
            return IsInitial(chain);

        return keys is not null && keys.Any(key => CryptographicOperations.FixedTimeEquals(Compute(key, chain), chain.EndsMac));
    }

    /// <summary>Moves the ends of a chain. Ends that were not authentic before stay so, because authenticating them would hide
    /// how they came to be.</summary>
    public void Move(AuditChain chain, Action move)
    {
        ArgumentNullException.ThrowIfNull(move);
        var wereAuthentic = AreAuthentic(chain);
        move();
        chain.EndsMac = wereAuthentic && keys is [var current, ..] ? Compute(current, chain) : null;
    }

    /// <summary>Authenticates ends under the current secret that are authentic under a previous one.</summary>
    /// <returns><see langword="true"/> if the chain was changed.</returns>
    internal bool Renew(AuditChain chain)
    {
        if (!AreAuthentic(chain) || AreCurrent(chain))
            return false;

        Authenticate(chain);
        return true;
    }

    /// <summary>Returns whether the ends are authentic under the current secret, or initial.</summary>
    internal bool AreCurrent(AuditChain chain) => AreAuthentic(chain)
        && (chain.EndsMac is null || CryptographicOperations.FixedTimeEquals(Compute(keys![0], chain), chain.EndsMac));

    /// <summary>Authenticates the ends of a chain under the current secret. The caller has verified its events, or the ends were
    /// authentic before.</summary>
    /// <exception cref="InvalidOperationException">This process has no secret.</exception>
    internal void Authenticate(AuditChain chain) =>
        chain.EndsMac = Compute(keys?[0] ?? throw new InvalidOperationException("There is no secret."), chain);

    private static bool IsInitial(AuditChain chain) =>
        chain.Length == 0 && chain.Pruned == 0 && !chain.Hash.AsSpan().ContainsAnyExcept((byte)0)
        && !chain.PrunedHash.AsSpan().ContainsAnyExcept((byte)0);

    private static byte[] Compute(byte[] key, AuditChain chain)
    {
        Span<byte> content = stackalloc byte[ContentLength];
        BinaryPrimitives.WriteInt16BigEndian(content, chain.Id);
        BinaryPrimitives.WriteInt64BigEndian(content[2..], chain.Length);
        BinaryPrimitives.WriteInt64BigEndian(content[10..], chain.Pruned);
        chain.Hash.CopyTo(content[18..]);
        chain.PrunedHash.CopyTo(content[50..]);
        return HMACSHA256.HashData(key, content);
    }
}
