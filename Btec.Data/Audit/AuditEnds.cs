using System.Buffers.Binary;
using System.Security.Cryptography;
using Btec.Data.Model;

namespace Btec.Data.Audit;

/// <summary>The authentication of a chain's ends: an HMAC with SHA-256 over both, under a key derived from
/// <c>Jwt:SigningKey</c>. Without it, somebody who can write to the database could remove the newest or the oldest events and
/// move the ends accordingly.</summary>
/// <param name="key">The key; <see langword="null"/> in a process without the secret, which authenticates nothing.</param>
public sealed class AuditEnds(byte[]? key)
{
    /// <summary>The length of what is authenticated, in bytes: the chain, two positions and two hashes.</summary>
    private const int ContentLength = sizeof(short) + (2 * sizeof(long)) + (2 * AuditHash.Length);

    /// <summary>Gets whether this process has the secret.</summary>
    public bool CanAuthenticate => key is not null;

    /// <summary>Returns whether the ends are those that a process with this secret has written. A chain in its initial state
    /// needs no authentication, because everybody knows that state.</summary>
    public bool AreAuthentic(AuditChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        if (chain.Hash.Length != AuditHash.Length || chain.PrunedHash.Length != AuditHash.Length)
            return false;

        if (chain.EndsMac is null)
            return IsInitial(chain);

        return key is not null && CryptographicOperations.FixedTimeEquals(Compute(key, chain), chain.EndsMac);
    }

    /// <summary>Moves the ends of a chain. Ends that were not authentic before stay so, because authenticating them would hide
    /// how they came to be.</summary>
    public void Move(AuditChain chain, Action move)
    {
        ArgumentNullException.ThrowIfNull(move);
        var wereAuthentic = AreAuthentic(chain);
        move();
        chain.EndsMac = wereAuthentic && key is not null ? Compute(key, chain) : null;
    }

    /// <summary>Authenticates the ends of a chain, whose events the caller has verified.</summary>
    /// <exception cref="InvalidOperationException">This process has no secret.</exception>
    internal void Authenticate(AuditChain chain) =>
        chain.EndsMac = Compute(key ?? throw new InvalidOperationException("There is no secret."), chain);

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
