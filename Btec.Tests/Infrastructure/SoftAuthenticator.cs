using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Btec.Tests.Infrastructure;

/// <summary>An authenticator with one passkey, and the browser before it (Web Authentication Level 3, section 6). It does what is right,
/// unless a test changes the answer.</summary>
internal sealed class SoftAuthenticator(int algorithm = SoftAuthenticator.Es256)
{
    public const int Es256 = -7;

    public const byte UserPresent = 0x01;
    public const byte UserVerified = 0x04;
    public const byte BackupEligible = 0x08;
    public const byte BackedUp = 0x10;
    private const byte HasCredential = 0x40;

    private const int RsaKeyType = 3;
    private const int AlgorithmLabel = 3;

    /// <summary>The algorithms, as the options offer them (RFC 9053 section 2, RFC 8230 section 2, RFC 8812 section 2).</summary>
    public static readonly IReadOnlyList<int> Algorithms = [Es256, -37, -35, -38, -39, -257, -36, -258, -259];

    /// <summary>One key for all: generating it takes long.</summary>
    private static readonly Lazy<RSA> Rsa2048 = new(() => RSA.Create(2048));

    private readonly ECDsa _ecdsa = ECDsa.Create(CurveOf(algorithm));

    public byte[] CredentialId { get; init; } = RandomNumberGenerator.GetBytes(32);

    public Guid Aaguid { get; init; } = new("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4");

    public RSA Rsa { get; init; } = Rsa2048.Value;

    /// <summary>The user handle that the options named.</summary>
    public byte[]? UserHandle { get; set; }

    public uint SignCount { get; set; }

    public byte Flags { get; set; } = UserPresent | UserVerified | BackupEligible | BackedUp;

    /// <summary>Creates the passkey, and returns it as a browser would.</summary>
    public JsonObject Create(JsonElement options, Action<SoftAnswer>? change = null)
    {
        UserHandle = Base64Url.DecodeFromChars(options.GetProperty("user").GetProperty("id").GetString());
        var answer = AnswerTo(options, "webauthn.create", options.GetProperty("rp").GetProperty("id").GetString()!, change);
        var publicKey = answer.PublicKey ?? EncodeKey();
        byte[] data =
        [
            .. Head(answer, HasCredential), .. Aaguid.ToByteArray(bigEndian: true),
            (byte)(answer.CredentialId.Length >> 8), (byte)answer.CredentialId.Length, .. answer.CredentialId, .. publicKey,
        ];
        var attestation = new CborWriter(CborConformanceMode.Ctap2Canonical);
        attestation.WriteStartMap(3);
        attestation.WriteTextString("fmt");
        attestation.WriteTextString("none");
        attestation.WriteTextString("attStmt");
        attestation.WriteStartMap(0);
        attestation.WriteEndMap();
        attestation.WriteTextString("authData");
        attestation.WriteByteString(data);
        attestation.WriteEndMap();
        return Credential(answer, new JsonObject
        {
            ["clientDataJSON"] = Encode(answer.ToClientData()),
            ["attestationObject"] = Encode(attestation.Encode()),
            ["transports"] = new JsonArray([.. answer.Transports.Select(word => JsonValue.Create(word))]),
        });
    }

    /// <summary>Signs a challenge, and returns the assertion as a browser would.</summary>
    public JsonObject Get(JsonElement options, Action<SoftAnswer>? change = null)
    {
        var answer = AnswerTo(options, "webauthn.get", options.GetProperty("rpId").GetString()!, change);
        var (data, client) = (Head(answer, flags: 0), answer.ToClientData());
        var response = new JsonObject
        {
            ["clientDataJSON"] = Encode(client),
            ["authenticatorData"] = Encode(data),
            ["signature"] = Encode(Sign([.. answer.SignedData ?? data, .. SHA256.HashData(client)])),
        };
        if (answer.UserHandle is { } handle)
            response["userHandle"] = Encode(handle);

        return Credential(answer, response);
    }

    /// <summary>Returns the public key as COSE_Key.</summary>
    /// <param name="claimed">The algorithm that the key claims to have, instead of its own.</param>
    public byte[] EncodeKey(int? claimed = null)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        var members = IsRsa ? RsaMembers(Rsa.ExportParameters(includePrivateParameters: false)) : EcMembers(_ecdsa.ExportParameters(false));
        writer.WriteStartMap(members.Length);
        foreach (var (label, value) in members)
        {
            writer.WriteInt32(label);
            if (value is byte[] bytes)
                writer.WriteByteString(bytes);
            else
                writer.WriteInt32(label == AlgorithmLabel ? claimed ?? algorithm : (int)value);
        }

        writer.WriteEndMap();
        return writer.Encode();
    }

    private bool IsRsa => algorithm is <= -37 and >= -39 or <= -257;

    private static ECCurve CurveOf(int algorithm) => algorithm switch
    {
        -35 => ECCurve.NamedCurves.nistP384,
        -36 => ECCurve.NamedCurves.nistP521,
        _ => ECCurve.NamedCurves.nistP256,
    };

    private (int Label, object Value)[] EcMembers(ECParameters key)
    {
        var curve = algorithm switch { -35 => 2, -36 => 3, _ => 1 };
        return [(1, 2), (3, algorithm), (-1, curve), (-2, key.Q.X!), (-3, key.Q.Y!)];
    }

    private (int Label, object Value)[] RsaMembers(RSAParameters key) =>
        [(1, RsaKeyType), (3, algorithm), (-1, key.Modulus!), (-2, key.Exponent!)];

    private byte[] Sign(byte[] data)
    {
        var hash = algorithm switch
        {
            -35 or -38 or -258 => HashAlgorithmName.SHA384,
            -36 or -39 or -259 => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA256,
        };
        return IsRsa
            ? Rsa.SignData(data, hash, algorithm <= -257 ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss)
            : _ecdsa.SignData(data, hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    private SoftAnswer AnswerTo(JsonElement options, string type, string relyingPartyId, Action<SoftAnswer>? change)
    {
        var answer = new SoftAnswer
        {
            Type = type,
            Challenge = options.GetProperty("challenge").GetString()!,
            RelyingPartyId = relyingPartyId,
            CredentialId = CredentialId,
            UserHandle = UserHandle,
            Flags = Flags,
            SignCount = SignCount == 0 ? 0 : ++SignCount,
        };
        change?.Invoke(answer);
        return answer;
    }

    private static byte[] Head(SoftAnswer answer, byte flags)
    {
        var count = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(count, answer.SignCount);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(answer.RelyingPartyId)), (byte)(answer.Flags | flags), .. count];
    }

    private static JsonObject Credential(SoftAnswer answer, JsonObject response) => new()
    {
        ["id"] = Encode(answer.CredentialId),
        ["rawId"] = Encode(answer.CredentialId),
        ["type"] = "public-key",
        ["authenticatorAttachment"] = "platform",
        ["clientExtensionResults"] = new JsonObject(),
        ["response"] = response,
    };

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
