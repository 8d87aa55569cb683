using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Btec.Data.Model;

namespace Btec.Data.Keys;

/// <summary>The keys of ES256: P-256 (RFC 7518 section 3.4).</summary>
internal sealed class P256KeyKind : SigningKeyKind
{
    public override string Algorithm => JwtOptions.Es256;

    internal override string Label => "btec signing key 2";

    internal override AsymmetricAlgorithm Generate() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal override AsymmetricAlgorithm CreateEmpty() => ECDsa.Create();

    internal override string ComputeThumbprint(AsymmetricAlgorithm key)
    {
        var point = ((ECDsa)key).ExportParameters(includePrivateParameters: false).Q;
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""")));
    }

    internal override StoredSigningKey CreateRow(NewSigningKey key) => new SigningKey
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
