using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Btec.Data.Passwords.Imported;

/// <summary>A hash of ASP.NET Core Identity in its version 3: base64 of a byte 0x01, three numbers (the function, the iterations and the
/// length of the salt, 32 bits each, most significant byte first), the salt and the hash (dotnet/aspnetcore,
/// src/Identity/Extensions.Core/src/PasswordHasher.cs).</summary>
internal sealed class IdentityHash : ImportedHash
{
    private const int HeaderLength = 1 + (3 * sizeof(int));

    /// <summary>The lengths of the salt and of the hash, in bytes. Identity refuses shorter ones, and writes 16 and 32.</summary>
    private const int MinLength = 16;

    private const int MaxLength = 64;

    private readonly HashAlgorithmName _function;
    private readonly int _iterations;
    private readonly byte[] _salt;

    private IdentityHash(HashAlgorithmName function, int iterations, byte[] salt, byte[] expected)
        : base(expected) => (_function, _iterations, _salt) = (function, iterations, salt);

    /// <summary>Reads a hash.</summary>
    /// <param name="fault">The fault of a text that is no such hash at all, which stays then.</param>
    public static IdentityHash? Read(string text, ref string? fault)
    {
        var bytes = Base64Field.Read(text, HeaderLength + MinLength + 1, HeaderLength + (2 * MaxLength));
        if (bytes is not [0x00 or 0x01, ..])
            return null;

        fault = "This is not a hash of ASP.NET Core Identity in its version 3.";
        if (bytes[0] == 0x00)
            return null;

        var (function, size) = ReadNumber(bytes, 0) switch
        {
            0 => (HashAlgorithmName.SHA1, 20),
            1 => (HashAlgorithmName.SHA256, 32),
            2 => (HashAlgorithmName.SHA512, 64),
            _ => default,
        };
        var (iterations, saltLength) = (ReadNumber(bytes, 1), ReadNumber(bytes, 2));
        var hashLength = bytes.Length - HeaderLength - saltLength;
        if (size == 0 || saltLength is < MinLength or > MaxLength || hashLength is < MinLength or > MaxLength)
            return null;

        fault = Pbkdf2.FindFault(iterations, blocks: ((int)hashLength + size - 1) / size);
        var end = HeaderLength + (int)saltLength;
        return fault is null ? new IdentityHash(function, (int)iterations, bytes[HeaderLength..end], bytes[end..]) : null;
    }

    private protected override byte[] Compute(byte[] password) => Pbkdf2.Compute(password, _salt, _iterations, _function, Length);

    private static long ReadNumber(byte[] bytes, int index) =>
        BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1 + (index * sizeof(int))));
}
