using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Btec.Data.Passwords.Imported;

/// <summary>A hash of Django's default hasher, <c>pbkdf2_sha256$iterations$salt$hash</c>. The salt is text, the hash base64
/// (django/contrib/auth/hashers.py, PBKDF2PasswordHasher).</summary>
internal sealed class DjangoHash : ImportedHash
{
    public const string Prefix = "pbkdf2_sha256$";

    private readonly int _iterations;
    private readonly byte[] _salt;

    private DjangoHash(int iterations, string salt, byte[] expected)
        : base(expected) => (_iterations, _salt) = (iterations, Encoding.UTF8.GetBytes(salt));

    public static DjangoHash? Read(string text, out string? fault)
    {
        fault = "This is not a hash of Django: pbkdf2_sha256$iterations$salt$hash.";
        if (text.Split('$') is not [_, var count, { Length: >= 1 and <= 128 } salt, var hash]
            || !StorableText.IsStorable(salt)
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || Base64Field.Read(hash, SHA256.HashSizeInBytes, SHA256.HashSizeInBytes) is not { } expected)
        {
            return null;
        }

        fault = Pbkdf2.FindFault(iterations, blocks: 1);
        return fault is null ? new DjangoHash(iterations, salt, expected) : null;
    }

    private protected override byte[] Compute(byte[] password) =>
        Pbkdf2.Compute(password, _salt, _iterations, HashAlgorithmName.SHA256, Length);
}
