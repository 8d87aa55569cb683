using System.Net;
using Btec.Data.Model;
using Btec.Tests.Hashing;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

/// <summary>Users whose hashes another system computed log in, and get a hash of bcrypt.</summary>
public abstract class ImportedLoginTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(SqliteApi shared) : ImportedLoginTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ImportedLoginTests(shared);

    [Theory]
    [MemberData(nameof(ImportedVectors.CheapNames), MemberType = typeof(ImportedVectors))]
    public async Task The_first_login_replaces_the_hash_by_one_of_bcrypt_at_the_configured_cost(string name)
    {
        var (hash, password) = ImportedVectors.All[name];
        await StoreAsync(hash);

        using var wrong = await LogInAsync(password + "x");
        await wrong.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        Assert.Equal(hash, await ReadHashAsync());

        await _client.LoginAsync(_email, password);
        await Eventually.IsTrueAsync(async () => await ReadHashAsync() != hash, "the password is re-hashed");

        Assert.Matches(@"^\$2b\$04\$[./A-Za-z0-9]{53}$", await ReadHashAsync());
        await _client.LoginAsync(_email, password);
        using var wrongAgain = await LogInAsync(password + "x");
        await wrongAgain.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Fact]
    public async Task A_password_that_bcrypt_would_cut_keeps_its_hash_and_proves_the_caller_until_it_is_changed()
    {
        await StoreAsync(ImportedVectors.OfLongPassword);

        using var cut = await LogInAsync(ImportedVectors.LongPassword[..72]);
        await cut.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        var access = await _client.LoginAsync(_email, ImportedVectors.LongPassword);
        access = await _client.LoginAsync(_email, ImportedVectors.LongPassword);
        // The rehashes of others, which were queued later, do not touch it either.
        Assert.Equal(ImportedVectors.OfLongPassword, await ReadHashAsync());

        using var steppedUp = await _client.SendJsonAsync(
            HttpMethod.Post, "/api/auth/step-up", access, new { password = ImportedVectors.LongPassword });
        Assert.Equal(HttpStatusCode.OK, steppedUp.StatusCode);
        using var refused = await ChangePasswordAsync(access, ImportedVectors.LongPassword[..72]);
        await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
        using var changed = await ChangePasswordAsync(access, ImportedVectors.LongPassword);
        await changed.AssertEmptyAsync(HttpStatusCode.NoContent);

        Assert.StartsWith("$2b$04$", await ReadHashAsync(), StringComparison.Ordinal);
        await _client.LoginAsync(_email, AccountMoves.OtherPassword);
    }

    [Fact]
    public async Task A_hash_beyond_the_bounds_matches_no_password_and_is_not_computed()
    {
        await StoreAsync("$argon2id$v=19$m=4194304,t=1000,p=1$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc");

        using var response = await LogInAsync("password").WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    private Task<HttpResponseMessage> LogInAsync(string password) =>
        _client.PostFormAsync("/api/auth/login", ("username", _email), ("password", password));

    private Task<HttpResponseMessage> ChangePasswordAsync(string access, string current) => _client.SendJsonAsync(
        HttpMethod.Post, "/api/users/me/password", access,
        new { current_password = current, new_password = AccountMoves.OtherPassword });

    private Task<int> StoreAsync(string hash) => shared.Api.WithDatabaseAsync(database =>
    {
        database.Users.Add(new User { Email = _email, HashedPassword = hash, CreatedAt = shared.Api.Clock.GetUtcNow() });
        return database.SaveChangesAsync();
    });

    private Task<string> ReadHashAsync() => shared.Api.WithDatabaseAsync(database =>
        database.Users.Where(user => user.Email == _email).Select(user => user.HashedPassword).SingleAsync());
}
