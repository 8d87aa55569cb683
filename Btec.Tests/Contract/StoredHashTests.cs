using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>Hashes that this API did not create: those of passlib and of older bcrypt revisions are verified, and malformed ones
/// match no password.</summary>
public abstract class StoredHashTests(SharedApi shared)
{
    /// <summary>The hash of <c>pässwörd 密码 🔑</c>, created by passlib 1.7.4 with bcrypt 3.2.2 on Python 3.11.2:
    /// <c>CryptContext(schemes=["bcrypt"], deprecated="auto").hash(…)</c>, whose default cost is 12.</summary>
    private const string PasslibHashOfUnicode = "$2b$12$4L2WdKXiGvvSQtU7lxBlM.ziS.VkduYfaQ7hPPhdEIbAv/R4cn21m";

    /// <summary>The hash of <see cref="ApiMoves.Password"/>, created in the same way.</summary>
    private const string PasslibHash = "$2b$12$lZuHnpOtoyi.sc6ZdQm0C.7wuiNuFq8E9z2Laako6ECWyJSZy6/n2";

    private readonly HttpClient _client = shared.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(SqliteApi shared) : StoredHashTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : StoredHashTests(shared);

    [Theory]
    [InlineData(PasslibHash, ApiMoves.Password)]
    [InlineData(PasslibHashOfUnicode, "pässwörd 密码 🔑")]
    public async Task A_passlib_hash_logs_in(string hash, string password)
    {
        await StoreAsync(hash);

        using var me = await _client.GetMeAsync(await _client.LoginAsync(_email, password));

        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        using var wrong = await _client.PostFormAsync("/api/auth/login", ("username", _email), ("password", password + "x"));
        await wrong.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    /// <summary>Verifies hashes created by the same passlib with <c>bcrypt.using(rounds=4, ident=…)</c>.</summary>
    [Theory]
    [InlineData("$2a$04$lx4HpE1iocUribJNvqI7XOR4otCs4/X79V.2cpF.uiAeHZjAC8OJO")]
    [InlineData("$2y$04$WGdIx2q.FvQH1DELVr50N.Sl9mS09JkW6LKZ2DleZd/tT6JGyafn2")]
    [InlineData("$2b$04$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y")]
    public async Task Hashes_of_every_bcrypt_revision_log_in(string hash)
    {
        await StoreAsync(hash);

        await _client.LoginAsync(_email);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("!")]
    [InlineData("correct horse battery")]
    [InlineData("$")]
    [InlineData("$2b$")]
    [InlineData("$2b$04$")]
    [InlineData("$2b$04$cIwW9mSoI0kB/gLPw78QMu")]
    [InlineData("$2b$04$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0")]
    [InlineData("$2b$04$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0yy")]
    [InlineData("$2b$xx$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y")]
    [InlineData("$2b$-4$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y")]
    [InlineData("$2b$00$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y")]
    [InlineData("$2b$99$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y")]
    [InlineData("$2b$31$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y")]
    [InlineData("$2b$04$c!wW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y")]
    [InlineData("$2b$04$éIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y")]
    [InlineData("$2b$04$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0\u20ac")]
    [InlineData("$2z$04$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y")]
    [InlineData("$2$04$cIwW9mSoI0kB/gLPw78QMustO09bALH5.Eu45IMUJSkVCXONmVp0y")]
    [InlineData("$1$salt$qJH7.N4xYta3aEG/dfqo/0")]
    [InlineData("$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2g")]
    public async Task A_malformed_hash_matches_no_password(string hash)
    {
        await StoreAsync(hash);

        using var response = await _client.PostFormAsync("/api/auth/login", ("username", _email), ("password", ApiMoves.Password))
            .WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    private Task<int> StoreAsync(string hash) => shared.Api.WithDatabaseAsync(database =>
    {
        database.Users.Add(new User { Email = _email, HashedPassword = hash, CreatedAt = shared.Api.Clock.GetUtcNow() });
        return database.SaveChangesAsync();
    });
}
