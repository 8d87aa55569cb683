using System.Formats.Cbor;
using System.Security.Cryptography;

namespace Btec.Api.Features.Passkeys;

/// <summary>The part of an attestation object that the framework's verification does not return (Web Authentication Level 3, section
/// "Attestation Object").</summary>
internal static class AttestationObject
{
    private const string AuthenticatorData = "authData";

    /// <summary>The offset of the AAGUID in the authenticator data: behind a hash, a byte of flags and a counter of four bytes (Web
    /// Authentication Level 3, section "Authenticator Data").</summary>
    private const int AaguidOffset = SHA256.HashSizeInBytes + sizeof(byte) + sizeof(uint);

    /// <summary>The length of an AAGUID, in bytes.</summary>
    private const int AaguidLength = 16;

    /// <summary>Returns the AAGUID of an attestation object that has been verified.</summary>
    public static Guid ReadAaguid(byte[] attestationObject)
    {
        var reader = new CborReader(attestationObject, CborConformanceMode.Ctap2Canonical);
        reader.ReadStartMap();
        while (reader.ReadTextString() != AuthenticatorData)
            reader.SkipValue();

        return new Guid(reader.ReadByteString().AsSpan(AaguidOffset, AaguidLength), bigEndian: true);
    }
}
