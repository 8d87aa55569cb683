using System.Formats.Cbor;

namespace Btec.Api.Features.Passkeys;

/// <summary>The strength of public keys as COSE_Key (RFC 9053 section 7, RFC 8230 section 4). The framework's verification takes RSA keys
/// of every length.</summary>
internal static class PublicKeyStrength
{
    /// <summary>The shortest modulus of RSA, in bytes: 2048 bits, which have 112 bits of security (NIST SP 800-57 part 1 revision 5, table
    /// 2).</summary>
    private const int MinModulusLength = 2048 / 8;

    /// <summary>The shortest public exponent of RSA, in bytes: it is larger than 2^16 (FIPS 186-5 section A.1.1).</summary>
    private const int MinExponentLength = 3;

    private const int KeyType = 1;
    private const int Rsa = 3;
    private const int Modulus = -1;
    private const int Exponent = -2;

    /// <summary>Returns whether a key that has been verified is long enough.</summary>
    public static bool IsEnough(byte[] key)
    {
        var reader = new CborReader(key, CborConformanceMode.Ctap2Canonical);
        reader.ReadStartMap();
        var isRsa = false;
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            switch (reader.ReadInt32())
            {
                case KeyType:
                    isRsa = reader.ReadInt32() == Rsa;
                    break;
                case Modulus when isRsa && LengthOf(reader.ReadByteString()) < MinModulusLength:
                case Exponent when isRsa && LengthOf(reader.ReadByteString()) < MinExponentLength:
                    return false;
                case Modulus or Exponent when isRsa:
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }

        return true;
    }

    private static int LengthOf(byte[] number) => number.AsSpan().TrimStart((byte)0).Length;
}
