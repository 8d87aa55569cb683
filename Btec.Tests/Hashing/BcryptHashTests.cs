using System.Text;
using System.Text.RegularExpressions;
using Btec.Data.Passwords;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Hashing;

/// <summary>The bcrypt implementation of this machine, compared with BCrypt.Net-Next. Both must agree, because a database may
/// move between machines with and without crypt_r.</summary>
public sealed class BcryptHashTests
{
    private const int Cost = BcryptHash.MinWorkFactor;

    /// <summary>The ranges of code points with one, two, three and four bytes of UTF-8, without NUL and the surrogates, which
    /// passwords cannot contain.</summary>
    private static readonly (int First, int End)[] Ranges = [(1, 0x80), (0x80, 0x800), (0x800, 0xD800), (0xE000, 0x10000), (0x10000, 0x110000)];

    [Fact]
    public void BCrypt_Net_verifies_hashes_made_here() => ForEachPassword(2000, seed: 1, (password, other) =>
    {
        var hash = BcryptHash.Create(password, Cost);
        Assert.True(BCrypt.Net.BCrypt.Verify(password, hash), $"{hash} of {password}");
        Assert.False(BCrypt.Net.BCrypt.Verify(other, hash));
    });

    [Fact]
    public void Hashes_made_by_BCrypt_Net_are_verified_here() => ForEachPassword(2000, seed: 2, (password, other) =>
    {
        var hash = BCrypt.Net.BCrypt.HashPassword(password, BCrypt.Net.BCrypt.GenerateSalt(Cost, "aby"[password.Length % 3]));
        Assert.True(BcryptHash.Verify(password, hash), $"{hash} of {password}");
        Assert.False(BcryptHash.Verify(other, hash));
    });

    [Fact]
    public void At_every_length_up_to_the_maximum_the_last_byte_counts()
    {
        for (var length = 0; length <= PasswordRules.MaxBytes; length++)
        {
            var password = new string('a', length);
            var hash = BcryptHash.Create(password, Cost);

            Assert.True(BCrypt.Net.BCrypt.Verify(password, hash));
            Assert.True(BcryptHash.Verify(password, hash));
            if (length > 0)
                Assert.False(BcryptHash.Verify(password[1..] + "b", hash));
        }
    }

    [Fact]
    public void A_password_that_cannot_be_hashed_in_full_is_refused_rather_than_truncated()
    {
        var longest = new string('a', PasswordRules.MaxBytes);
        foreach (var (password, cut) in new[] { ("nul\0nul", "nul"), ("\0", ""), ("lone \ud800", "lone "), (longest + "a", longest) })
        {
            Assert.Throws<ArgumentException>(() => BcryptHash.Create(password, Cost));
            Assert.False(BcryptHash.Verify(password, BcryptHash.Create(cut, Cost)));
        }
    }

    [Fact]
    public void A_damaged_hash_verifies_only_if_it_still_stands_for_the_same_hash()
    {
        // The versions a, b and y are equivalent, and so are the salts that differ only in their spare bits.
        const string Equivalent = "^[$]2[aby][$]04[$]cIwW9mSoI0kB/gLPw78QM[u-z0-9]stO09bALH5[.]Eu45IMUJSkVCXONmVp0y$";
        var noise = new SeededNoise(3);
        var hash = Encoding.Latin1.GetBytes("$2b$04$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y");
        var refused = 0;
        for (var attempt = 0; attempt < 2000; attempt++)
        {
            var damaged = Encoding.Latin1.GetString(noise.Mutate(hash));
            // A damaged cost could take up to 2^16 rounds.
            if (!damaged.StartsWith("$2b$04$", StringComparison.Ordinal))
                damaged = damaged.Replace("$2b$1", "$2b$0", StringComparison.Ordinal);

            var isEquivalent = Regex.IsMatch(damaged, Equivalent, RegexOptions.None, TimeSpan.FromSeconds(1));
            Assert.True(BcryptHash.Verify(ApiMoves.Password, damaged) == isEquivalent, damaged);
            refused += isEquivalent ? 0 : 1;
        }

        Assert.InRange(refused, 1900, 2000);
    }

    [Fact]
    public void The_spare_bits_of_a_salt_do_not_matter() =>
        // Only two bits of the 22nd character belong to the salt, and they are the same in u and v.
        Assert.True(BcryptHash.Verify(ApiMoves.Password, "$2b$04$cIwW9mSoI0kB/gLPw78QMvstO09bALH5.Eu45IMUJSkVCXONmVp0y"));

    [Fact]
    public void Concurrent_hashes_do_not_interfere()
    {
        var hashes = Enumerable.Range(0, 16).Select(number => BcryptHash.Create($"password {number}", Cost)).ToList();

        Parallel.For(0, 1600, new ParallelOptions { MaxDegreeOfParallelism = 8 }, attempt =>
        {
            var (own, other) = (attempt % 16, (attempt + 1) % 16);
            Assert.True(BcryptHash.Verify($"password {own}", hashes[own]));
            Assert.False(BcryptHash.Verify($"password {other}", hashes[own]));
        });
    }

    /// <summary>Checks random passwords that together contain every byte of UTF-8 except NUL.</summary>
    private static void ForEachPassword(int count, ulong seed, Action<string, string> check)
    {
        var noise = new SeededNoise(seed);
        var seen = new HashSet<byte>();
        for (var number = 0; number < count; number++)
        {
            var password = MakePassword(noise);
            seen.UnionWith(Encoding.UTF8.GetBytes(password));
            // Another password, within the maximum length.
            check(password, password.Length > 0 && password[0] == 'x' ? "y" : "x");
        }

        // 0xC0, 0xC1 and 0xF5 to 0xFF never occur in UTF-8 (RFC 3629 section 3).
        Assert.Equal(Enumerable.Range(1, 0xF4).Except([0xC0, 0xC1]), seen.Select(value => (int)value).Order());
    }

    private static string MakePassword(SeededNoise noise)
    {
        var password = new StringBuilder();
        var bytes = 1 + noise.Below(PasswordRules.MaxBytes);
        while (true)
        {
            var (first, end) = noise.Pick(Ranges);
            var next = new Rune(first + noise.Below(end - first));
            bytes -= next.Utf8SequenceLength;
            if (bytes < 0)
                return password.ToString();

            password.Append(next.ToString());
        }
    }
}
