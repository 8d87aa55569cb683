using System.Formats.Cbor;

namespace Btec.Api.Features.Passkeys;

/// <summary>The soundness of public keys as COSE_Key (RFC 9053 sections 2.1 and 7, RFC 8230 section 4, RFC 8812 section 2). The
/// framework's verification takes RSA keys of every length, and algorithms of other types of keys.</summary>
internal static class PublicKeyStrength
{
    /// <summary>The shortest modulus of RSA, in bytes: 2048 bits, which have 112 bits of security (NIST SP 800-57 part 1 revision 5, table
    /// 2).</summary>
    private const int MinModulusLength = 2048 / 8;

    /// <summary>The shortest public exponent of RSA, in bytes: it is larger than 2^16 (FIPS 186-5 section A.1.1).</summary>
    private const int MinExponentLength = 3;

    /// <summary>The longest public exponent of RSA, in bytes: it is smaller than 2^256 (FIPS 186-5 section A.1.1).</summary>
    private const int MaxExponentLength = 256 / 8;

    private const int KeyType = 1;
    private const int Algorithm = 3;

    /// <summary>The curve of an elliptic key, or the modulus of an RSA key.</summary>
    private const int CurveOrModulus = -1;

    /// <summary>A coordinate of an elliptic key, or the exponent of an RSA key.</summary>
    private const int CoordinateOrExponent = -2;

    private const int Elliptic = 2;
    private const int Rsa = 3;

    /// <summary>Returns whether a key that has been verified is long enough, and of the type of its algorithm.</summary>
    public static bool IsEnough(byte[] key)
    {
        var reader = new CborReader(key, CborConformanceMode.Ctap2Canonical);
        reader.ReadStartMap();
        var (type, algorithm, curve) = (0, 0, 0);
        byte[] modulus = [], exponent = [];
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            // The canonical order begins with the type.
            switch (reader.ReadInt32())
            {
                case KeyType:
                    type = reader.ReadInt32();
                    break;
                case Algorithm:
                    algorithm = reader.ReadInt32();
                    break;
                case CurveOrModulus when type == Rsa:
                    modulus = reader.ReadByteString();
                    break;
                case CurveOrModulus:
                    curve = reader.ReadInt32();
                    break;
                case CoordinateOrExponent when type == Rsa:
                    exponent = reader.ReadByteString();
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }

        return type switch
        {
            Elliptic => CurveOf(algorithm) == curve,
            Rsa => IsOfRsa(algorithm) && IsSound(modulus, exponent),
            _ => false,
        };
    }

    /// <summary>Returns the curve of an ECDSA algorithm: RFC 9053 lets every curve go with every hash, Web Authentication Level 3, section
    /// 5.8.5 does not.</summary>
    private static int? CurveOf(int algorithm) => algorithm switch
    {
        -7 => 1,
        -35 => 2,
        -36 => 3,
        _ => null,
    };

    /// <summary>Returns whether an algorithm is RSASSA-PSS or RSASSA-PKCS1-v1_5, with SHA-2.</summary>
    private static bool IsOfRsa(int algorithm) => algorithm is (>= -39 and <= -37) or (>= -259 and <= -257);

    private static bool IsSound(byte[] modulus, byte[] exponent) =>
        LengthOf(modulus) >= MinModulusLength && IsOdd(modulus)
        && LengthOf(exponent) is >= MinExponentLength and <= MaxExponentLength && IsOdd(exponent);

    private static int LengthOf(byte[] number) => number.AsSpan().TrimStart((byte)0).Length;

    private static bool IsOdd(byte[] number) => number.Length > 0 && (number[^1] & 1) == 1;
}
