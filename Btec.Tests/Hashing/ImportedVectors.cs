using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Identity;

namespace Btec.Tests.Hashing;

/// <summary>Hashes that other systems computed, with their passwords.</summary>
internal static class ImportedVectors
{
    /// <summary>A password of 110 bytes, which bcrypt would cut.</summary>
    public const string LongPassword =
        "correct horse battery correct horse battery correct horse battery correct horse battery correct horse battery ";

    /// <summary>The hash of <see cref="LongPassword"/> in Django's form, computed by hashlib.pbkdf2_hmac of Python 3.11.</summary>
    public const string OfLongPassword = "pbkdf2_sha256$1000$seasaltseasaltseasalt1$uBCEUpV3rjIBwtn4K2Y+C1/zAP4UZTyPzYlGZZKACaI=";

    private const string Unicode = "pässwörd 密码 🔑";

    /// <summary>The parameters of the example in the README of firebase/scrypt, and of a test of supabase/auth
    /// (internal/crypto/password_test.go).</summary>
    private const string FirebaseParameters =
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";

    private const string SupabaseParameters =
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=ou9tdYTGyYm8kuR6Dt0Bp0kDuAYoXrK16mbZO4yGwAn3oLspjnN0/c41v8xZnO1n14J3MjKj1b2g6AUCAlFwMw==";

    /// <summary>Gets hashes of every format, by a word for each.</summary>
    public static IReadOnlyDictionary<string, (string Hash, string Password)> All { get; } =
        new Dictionary<string, (string, string)>(StringComparer.Ordinal)
        {
            // passlib 1.7.4 with bcrypt 3.2.2.
            ["bcrypt-2a"] = ("$2a$04$lx4HpE1iocUribJNvqI7XOR4otCs4/X79V.2cpF.uiAeHZjAC8OJO", ApiMoves.Password),
            ["bcrypt-2b"] = ("$2b$12$lZuHnpOtoyi.sc6ZdQm0C.7wuiNuFq8E9z2Laako6ECWyJSZy6/n2", ApiMoves.Password),
            ["bcrypt-2y"] = ("$2y$04$WGdIx2q.FvQH1DELVr50N.Sl9mS09JkW6LKZ2DleZd/tT6JGyafn2", ApiMoves.Password),
            // Tests of the reference implementation (P-H-C/phc-winner-argon2, src/test.c).
            ["argon2id"] = ("$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password"),
            ["argon2id-64-mib"] = ("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password"),
            // hashlib.pbkdf2_hmac of Python 3.11.2, in Django's form and with the header of Identity: 10,000 iterations of HMAC-SHA-256, as up
            // to .NET 6.
            ["django"] = ("pbkdf2_sha256$1000$seasaltseasaltseasalt1$bCzD88ixKAgIYUSrfqpRuVw6PfnYMndJ27PVqNuSTFk=", ApiMoves.Password),
            ["django-unicode"] = ("pbkdf2_sha256$1000$seasaltseasaltseasalt1$N0A7sS/eZatPpveNeHrgKdAzFe+WMh5FlHgJrW4BZIs=", Unicode),
            ["identity-sha1"] = (
                "AQAAAAAAAAPoAAAAEAABAgMEBQYHCAkKCwwNDg/Kv5tkqQSdO0Z/d/XxWNczkIjFP2C3aR/Oyg84EdRL9A==", ApiMoves.Password),
            ["identity-sha256"] = (
                "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg9f4Mgt5W5f2Y0cIC8QN4OVqq4JhRMPut2SRld2wLKX9A==", ApiMoves.Password),
            ["identity-sha512"] = (new PasswordHasher<object>().HashPassword(new object(), Unicode), Unicode),
            ["firebase"] = (
                $"{FirebaseParameters}$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
                "user1password"),
            ["firebase-supabase"] = (
                $"{SupabaseParameters}$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==",
                "mytestpassword"),
        };

    /// <summary>Gets the words for the hashes, for theories.</summary>
    public static TheoryData<string> Names { get; } = [.. All.Keys];

    /// <summary>Gets a word for each format of other systems, for tests that verify it several times.</summary>
    public static TheoryData<string> CheapNames { get; } =
        ["argon2id", "django", "identity-sha256", "firebase"];
}
