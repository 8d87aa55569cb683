using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Crypto.Generators;

namespace Btec.Data.Passwords.Imported;

/// <summary>A hash of Firebase's scrypt with the parameters of its project, in the form in which Supabase stores it:
/// <c>$fbscrypt$v=1,n=MEM_COST,r=ROUNDS,p=1,ss=SALT_SEPARATOR,sk=SIGNER_KEY$salt$hash</c>.</summary>
/// <remarks>The hash is the signer key, encrypted with AES-256 in counter mode under a key that scrypt derives from the password
/// (firebase/scrypt).</remarks>
internal sealed partial class FirebaseHash : ImportedHash
{
    public const string Prefix = "$fbscrypt$";

    /// <summary>The highest memory cost and number of rounds, those of Firebase itself: 2^14 blocks of 8 × 128 bytes are 16 MiB.</summary>
    private const int MaxMemoryCost = 14;

    private const int MaxRounds = 8;

    /// <summary>The length of the key of AES-256, in bytes.</summary>
    private const int KeyLength = 32;

    private const int BlockLength = 16;

    private readonly int _memoryCost;
    private readonly int _rounds;
    private readonly byte[] _salt;
    private readonly byte[] _signerKey;

    private FirebaseHash(int memoryCost, int rounds, byte[] salt, byte[] signerKey, byte[] expected)
        : base(expected) => (_memoryCost, _rounds, _salt, _signerKey) = (memoryCost, rounds, salt, signerKey);

    public static FirebaseHash? Read(string text, out string? fault)
    {
        fault = "This is not a hash of Firebase: $fbscrypt$v=1,n=…,r=…,p=1,ss=…,sk=…$salt$hash.";
        var form = Form().Match(text);
        if (!form.Success
            || Base64Field.Read(form.Groups["separator"].ValueSpan, 0, 16) is not { } separator
            || Base64Field.Read(form.Groups["signer"].ValueSpan, 64, 64) is not { } signerKey
            || Base64Field.Read(form.Groups["salt"].ValueSpan, 1, 64) is not { } salt
            || Base64Field.Read(form.Groups["hash"].ValueSpan, signerKey.Length, signerKey.Length) is not { } expected)
        {
            return null;
        }

        var (memoryCost, rounds) = (ReadNumber(form, "n"), ReadNumber(form, "r"));
        fault = memoryCost is >= 1 and <= MaxMemoryCost && rounds is >= 1 and <= MaxRounds
            ? null
            : $"The hash has a memory cost beyond 1 to {MaxMemoryCost}, or rounds beyond 1 to {MaxRounds}.";
        return fault is null ? new FirebaseHash(memoryCost, rounds, [.. salt, .. separator], signerKey, expected) : null;
    }

    private protected override byte[] Compute(byte[] password)
    {
        using var aes = Aes.Create();
        aes.Key = SCrypt.Generate(password, _salt, 1 << _memoryCost, _rounds, p: 1, KeyLength);
        // Counter mode, which .NET lacks: block number n is encrypted, and its result combined with block n of the text.
        var counters = new byte[_signerKey.Length];
        for (var block = 0; block < counters.Length / BlockLength; block++)
            BinaryPrimitives.WriteInt32BigEndian(counters.AsSpan(((block + 1) * BlockLength) - sizeof(int)), block);

#pragma warning disable CA5358 // Each block is encrypted on its own, as counter mode demands, and none occurs twice.
        var computed = aes.EncryptEcb(counters, PaddingMode.None);
#pragma warning restore CA5358
        for (var index = 0; index < computed.Length; index++)
            computed[index] ^= _signerKey[index];

        return computed;
    }

    private static int ReadNumber(Match form, string group) =>
        int.Parse(form.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\A\$fbscrypt\$v=1,n=(?<n>[0-9]{1,6}),r=(?<r>[0-9]{1,6}),p=1,ss=(?<separator>[^,$]*),sk=(?<signer>[^,$]+)\$(?<salt>[^$]+)\$(?<hash>[^$]+)\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
