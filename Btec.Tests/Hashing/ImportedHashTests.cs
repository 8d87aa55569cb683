using System.Text;
using Btec.Data.Passwords.Imported;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Identity;

namespace Btec.Tests.Hashing;

/// <summary>The formats of imported hashes, the bounds of their costs, and malformed ones.</summary>
public sealed class ImportedHashTests
{
    private const string SignerKey = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
    private const string FirebaseHash = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
    private const string Argon2Hash = "$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";
    private const string DjangoHash = "$bCzD88ixKAgIYUSrfqpRuVw6PfnYMndJ27PVqNuSTFk=";

    [Theory]
    [MemberData(nameof(ImportedVectors.Names), MemberType = typeof(ImportedVectors))]
    public void A_hash_of_every_format_is_accepted_and_has_its_password_only(string name)
    {
        var (hash, password) = ImportedVectors.All[name];

        Assert.Null(ImportedHash.FindFault(hash));
        if (name.StartsWith("bcrypt", StringComparison.Ordinal))
            return;

        var imported = Assert.IsAssignableFrom<ImportedHash>(ImportedHash.Read(hash));
        Assert.True(imported.Verify(password));
        Assert.False(imported.Verify(password + " "));
        Assert.False(imported.Verify("\ud800"));
    }

    /// <summary>The vectors without a published source are those of the original too.</summary>
    [Theory]
    [InlineData("identity-sha1")]
    [InlineData("identity-sha256")]
    public void The_hasher_of_Identity_agrees(string name)
    {
        var (hash, password) = ImportedVectors.All[name];

        Assert.Equal(
            PasswordVerificationResult.SuccessRehashNeeded, new PasswordHasher<object>().VerifyHashedPassword(new object(), hash, password));
    }

    [Fact]
    public void A_password_that_bcrypt_would_cut_counts_in_full()
    {
        var hash = ImportedHash.Read(ImportedVectors.OfLongPassword)!;

        Assert.True(hash.Verify(ImportedVectors.LongPassword));
        Assert.False(hash.Verify(ImportedVectors.LongPassword[..^1]));
        Assert.False(hash.Verify(ImportedVectors.LongPassword[..72]));
    }

    [Theory]
    [InlineData("$2b$14$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y", "$2b$15$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y")]
    [InlineData("pbkdf2_sha256$2000000$salt" + DjangoHash, "pbkdf2_sha256$2000001$salt" + DjangoHash)]
    [InlineData("$argon2id$v=19$m=65536,t=4,p=16" + Argon2Hash, "$argon2id$v=19$m=65537,t=1,p=1" + Argon2Hash)]
    [InlineData("$argon2id$v=19$m=65536,t=4,p=16" + Argon2Hash, "$argon2id$v=19$m=65536,t=5,p=1" + Argon2Hash)]
    [InlineData("$argon2id$v=19$m=65536,t=4,p=16" + Argon2Hash, "$argon2id$v=19$m=65536,t=1,p=17" + Argon2Hash)]
    [InlineData("$argon2id$v=19$m=8,t=32768,p=1" + Argon2Hash, "$argon2id$v=19$m=8,t=32769,p=1" + Argon2Hash)]
    [InlineData("$argon2id$v=19$m=8,t=1,p=1" + Argon2Hash, "$argon2id$v=19$m=4294967295,t=4294967,p=1" + Argon2Hash)]
    [InlineData(
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=,sk=" + SignerKey + "$c2FsdA==$" + FirebaseHash,
        "$fbscrypt$v=1,n=15,r=8,p=1,ss=,sk=" + SignerKey + "$c2FsdA==$" + FirebaseHash)]
    [InlineData(
        "$fbscrypt$v=1,n=1,r=1,p=1,ss=Bw==,sk=" + SignerKey + "$c2FsdA==$" + FirebaseHash,
        "$fbscrypt$v=1,n=14,r=9,p=1,ss=Bw==,sk=" + SignerKey + "$c2FsdA==$" + FirebaseHash)]
    // 2,000,000 and 2,000,001 iterations of HMAC-SHA-512.
    [InlineData(
        "AQAAAAIAHoSAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
        "AQAAAAIAHoSBAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    // 1,500,000 iterations of HMAC-SHA-1, for each of two blocks.
    [InlineData(
        "AQAAAAEAFuNgAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
        "AQAAAAAAFuNgAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    public void A_cost_at_the_bound_is_accepted_and_the_next_one_is_not(string atBound, string beyond)
    {
        Assert.Null(ImportedHash.FindFault(atBound));
        Assert.NotNull(ImportedHash.FindFault(beyond));
        Assert.Null(ImportedHash.Read(beyond));
    }

    [Theory]
    [InlineData("")]
    [InlineData("correct horse battery")]
    [InlineData("5f4dcc3b5aa765d61d8327deb882cf99")]
    [InlineData("$2z$04$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y")]
    [InlineData("$argon2i$v=19$m=256,t=2,p=1" + Argon2Hash)]
    [InlineData("$argon2id$m=256,t=2,p=1" + Argon2Hash)]
    [InlineData("$argon2id$v=16$m=256,t=2,p=1" + Argon2Hash)]
    [InlineData("$argon2id$v=19$m=256,t=0,p=1" + Argon2Hash)]
    [InlineData("$argon2id$v=19$m=256,t=2,p=0" + Argon2Hash)]
    [InlineData("$argon2id$v=19$m=15,t=2,p=2" + Argon2Hash)]
    [InlineData("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$aGFzaGhhc2g")]
    [InlineData("$argon2id$v=19$m=256,t=2,p=1$c2FsdA$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc")]
    [InlineData("pbkdf2_sha256$0$salt" + DjangoHash)]
    [InlineData("pbkdf2_sha256$-1$salt" + DjangoHash)]
    [InlineData("pbkdf2_sha256$1000$" + DjangoHash)]
    [InlineData("pbkdf2_sha256$1000$salt$aGFzaA==")]
    [InlineData("pbkdf2_sha1$1000$salt" + DjangoHash)]
    [InlineData("$fbscrypt$v=1,n=14,r=8,p=2,ss=Bw==,sk=" + SignerKey + "$c2FsdA==$" + FirebaseHash)]
    [InlineData("$fbscrypt$v=1,n=0,r=8,p=1,ss=Bw==,sk=" + SignerKey + "$c2FsdA==$" + FirebaseHash)]
    [InlineData("$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=c2lnbmVy$c2FsdA==$" + FirebaseHash)]
    [InlineData("$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==$c2FsdA==$" + FirebaseHash)]
    // Version 2 of Identity, an unknown function, a salt that is longer than the hash, and no iterations.
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AQAAAAkAAAPoAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AQAAAAIAAAPo/////wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AQAAAAIAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    public void A_malformed_hash_is_refused_with_a_sentence_that_does_not_quote_it(string text)
    {
        var fault = ImportedHash.FindFault(text);

        Assert.NotNull(fault);
        Assert.Null(ImportedHash.Read(text));
        if (text.Length > 0)
            Assert.DoesNotContain(text, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_hash_is_refused_or_matches_nothing()
    {
        var noise = new SeededNoise(7);
        string[] cheap = ["argon2id", "django", "identity-sha1"];
        for (var attempt = 0; attempt < 500; attempt++)
        {
            var (hash, password) = ImportedVectors.All[noise.Pick(cheap)];
            var damaged = Encoding.Latin1.GetString(noise.Mutate(Encoding.Latin1.GetBytes(hash)));
            // A damaged number may be a high cost, which is allowed and takes its time.
            if (ImportedHash.Read(damaged) is { } read && damaged[..30] == hash[..30])
                Assert.True(!read.Verify(password) || IsEquivalent(hash, damaged), damaged);
        }
    }

    /// <summary>Returns whether two texts are the same but for the padding, or the spare bits, of their base64.</summary>
    private static bool IsEquivalent(string hash, string damaged) => damaged.TrimEnd('=')[..^1] == hash.TrimEnd('=')[..^1];
}
