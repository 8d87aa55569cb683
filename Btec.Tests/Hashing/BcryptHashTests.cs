using System.Text;
using Btec.Data.Passwords;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Hashing;

/// <summary>Whatever computes bcrypt on this machine, its hashes are those of BCrypt.Net-Next: a database may move between machines
/// that have crypt_r and machines that have not.</summary>
public sealed class BcryptHashTests
{
    private const int Cost = BcryptHash.MinWorkFactor;

    /// <summary>Code points whose UTF-8 has one, two, three and four bytes: first, and one past the last. NUL and the surrogates are
    /// no part of a password.</summary>
    private static readonly (int First, int End)[] Ranges = [(1, 0x80), (0x80, 0x800), (0x800, 0xD800), (0xE000, 0x10000), (0x10000, 0x110000)];

    [Fact]
    public void What_is_hashed_here_BCrypt_Net_verifies() => ForEachPassword(2000, seed: 1, (password, other) =>
    {
        var hash = BcryptHash.Create(password, Cost);
        Assert.True(BCrypt.Net.BCrypt.Verify(password, hash), $"{hash} of {password}");
        Assert.False(BCrypt.Net.BCrypt.Verify(other, hash));
    });

    [Fact]
    public void What_BCrypt_Net_hashes_is_verified_here() => ForEachPassword(2000, seed: 2, (password, other) =>
    {
        var hash = BCrypt.Net.BCrypt.HashPassword(password, BCrypt.Net.BCrypt.GenerateSalt(Cost, "aby"[password.Length % 3]));
        Assert.True(BcryptHash.Verify(password, hash), $"{hash} of {password}");
        Assert.False(BcryptHash.Verify(other, hash));
    });

    [Fact]
    public void Every_length_up_to_the_longest_counts_to_its_last_byte()
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
    public void What_cannot_be_hashed_whole_is_refused_rather_than_cut()
    {
        var longest = new string('a', PasswordRules.MaxBytes);
        foreach (var (password, cut) in new[] { ("nul\0nul", "nul"), ("\0", ""), ("lone \ud800", "lone "), (longest + "a", longest) })
        {
            Assert.Throws<ArgumentException>(() => BcryptHash.Create(password, Cost));
            Assert.False(BcryptHash.Verify(password, BcryptHash.Create(cut, Cost)));
        }
    }

    [Fact]
    public void A_hash_that_was_damaged_fits_nothing_and_breaks_nothing()
    {
        var noise = new SeededNoise(3);
        var hash = Encoding.Latin1.GetBytes("$2b$04$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y");
        for (var attempt = 0; attempt < 2000; attempt++)
        {
            var damaged = Encoding.Latin1.GetString(noise.Mutate(hash));
            // A mutation may cost up to 2^16 rounds where it hits the cost.
            if (!damaged.StartsWith("$2b$04$", StringComparison.Ordinal))
                damaged = damaged.Replace("$2b$1", "$2b$0", StringComparison.Ordinal);

            _ = BcryptHash.Verify(ApiMoves.Password, damaged);
        }
    }

    [Fact]
    public void The_spare_bits_of_a_salt_do_not_matter() =>
        // Of the 22nd character of a salt only two bits are its own: u and v begin with the same two.
        Assert.True(BcryptHash.Verify(ApiMoves.Password, "$2b$04$cIwW9mSoI0kB/gLPw78QMvstO09bALH5.Eu45IMUJSkVCXONmVp0y"));

    [Fact]
    public void Threads_do_not_disturb_each_other()
    {
        var hashes = Enumerable.Range(0, 16).Select(number => BcryptHash.Create($"password {number}", Cost)).ToList();

        Parallel.For(0, 1600, new ParallelOptions { MaxDegreeOfParallelism = 8 }, attempt =>
        {
            var (own, other) = (attempt % 16, (attempt + 1) % 16);
            Assert.True(BcryptHash.Verify($"password {own}", hashes[own]));
            Assert.False(BcryptHash.Verify($"password {other}", hashes[own]));
        });
    }

    /// <summary>Passwords that hold, together, every byte that UTF-8 has but NUL.</summary>
    private static void ForEachPassword(int count, ulong seed, Action<string, string> check)
    {
        var noise = new SeededNoise(seed);
        var seen = new HashSet<byte>();
        for (var number = 0; number < count; number++)
        {
            var password = MakePassword(noise);
            seen.UnionWith(Encoding.UTF8.GetBytes(password));
            // Another one, no longer than the longest.
            check(password, password.Length > 0 && password[0] == 'x' ? "y" : "x");
        }

        // 0xC0, 0xC1 and 0xF5 to 0xFF are in no UTF-8 (RFC 3629 section 3).
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
