using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Btec.Data.Model;

namespace Btec.Data.Keys;

/// <summary>The keys of RS256: RSA with PKCS #1 v1.5 (RFC 7518 section 3.3).</summary>
internal sealed class RsaKeyKind : SigningKeyKind
{
    /// <summary>The length of the modulus, in bits: the minimum of RFC 7518 section 3.3, which gives 112 bits of security (NIST SP
    /// 800-57 part 1 revision 5, table 2), enough for keys that are replaced every 90 days.</summary>
    private const int ModulusBits = 2048;

    public override string Algorithm => JwtOptions.Rs256;

    internal override string Label => "btec RSA signing key 1";

    internal override AsymmetricAlgorithm Generate() => RSA.Create(ModulusBits);

    internal override AsymmetricAlgorithm CreateEmpty() => RSA.Create();

    internal override string ComputeThumbprint(AsymmetricAlgorithm key)
    {
        var parameters = ((RSA)key).ExportParameters(includePrivateParameters: false);
        var (exponent, modulus) = (Base64Url.EncodeToString(parameters.Exponent), Base64Url.EncodeToString(parameters.Modulus));
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"e":"{{exponent}}","kty":"RSA","n":"{{modulus}}"}""")));
    }

    internal override StoredSigningKey CreateRow(NewSigningKey key) => new RsaSigningKey
    {
        Generation = key.Generation,
        KeyId = key.KeyId,
        PublicKey = key.PublicKey,
        EncryptedPrivateKey = [],
        CreatedAt = key.CreatedAt,
        ActiveFrom = key.ActiveFrom,
        RevokedKeyIds = key.RevokedKeyIds,
    };
}
