using System.Buffers;
using System.Buffers.Text;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The keys that verify access tokens, of own sessions and of clients. A key verifies one algorithm.</summary>
internal sealed class AccessTokenKeys(TokenKeys keys)
{
    /// <summary>The longest header that is searched for a key id, in characters of base64url. Those that are issued here have less
    /// than 130.</summary>
    private const int MaxHeaderLength = 512;

    /// <summary>The keys that were loaded last.</summary>
    public AccessTokenRings Current => new(keys.Own.Current, keys.Clients.Current);

    /// <summary>Loads the keys that a token may need. Those of the database are not needed for a token that names none.</summary>
    /// <param name="token">The token, or an <c>Authorization</c> header with it.</param>
    public async ValueTask LoadAsync(string token, CancellationToken cancellationToken)
    {
        await keys.Own.GetAsync(cancellationToken);
        if (!ReferenceEquals(keys.Own, keys.Clients) && NamesKey(token))
            await keys.Clients.GetAsync(cancellationToken);
    }

    /// <summary>Finds the key that a token names. Shared secrets have no key id.</summary>
    public IEnumerable<SecurityKey> Find(string? keyId)
    {
        var rings = Current;
        var named = keyId is null ? [] : rings.Accepted.Where(key => string.Equals(key.KeyId, keyId, StringComparison.Ordinal)).ToList();
        return named.Count > 0 ? named : rings.Accepted.OfType<SymmetricSecurityKey>();
    }

    /// <summary>Returns whether an algorithm is that of a key. Otherwise a public key could be taken for a shared secret (RFC 8725
    /// section 2.1).</summary>
    public static bool Matches(string algorithm, SecurityKey key) => algorithm == key switch
    {
        SymmetricSecurityKey => SecurityAlgorithms.HmacSha256,
        ECDsaSecurityKey => SecurityAlgorithms.EcdsaSha256,
        RsaSecurityKey => SecurityAlgorithms.RsaSha256,
        _ => null,
    };

    private static bool NamesKey(string token)
    {
        var header = token.AsSpan(token.LastIndexOf(' ') + 1);
        var end = header.IndexOf('.');
        if (end < 0 || end > MaxHeaderLength)
            return false;

        Span<byte> bytes = stackalloc byte[MaxHeaderLength];
        return Base64Url.DecodeFromChars(header[..end], bytes, out _, out var written) == OperationStatus.Done
            && bytes[..written].IndexOf("\"kid\""u8) >= 0;
    }
}

/// <summary>The keys of access tokens at one moment.</summary>
internal readonly record struct AccessTokenRings(KeyRing? Own, KeyRing? Clients)
{
    public IEnumerable<SecurityKey> Accepted => ReferenceEquals(Own, Clients)
        ? Own?.Accepted ?? []
        : [.. Own?.Accepted ?? [], .. Clients?.Accepted ?? []];

    public bool Contains(KeyRing ring) => ReferenceEquals(ring, Own) || ReferenceEquals(ring, Clients);

    /// <summary>Finds the ring that a key belongs to.</summary>
    public KeyRing? FindRing(SecurityKey key) => Has(Own, key) ? Own : Has(Clients, key) ? Clients : null;

    private static bool Has(KeyRing? ring, SecurityKey key) => ring is not null && ring.Accepted.Any(own => ReferenceEquals(own, key));
}
