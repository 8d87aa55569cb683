using System.Net;
using Btec.Data.Model;
using Btec.Data.Passwords;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

public abstract class RehashTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : RehashTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : RehashTests(DatabaseKind.Postgres)
    {
        /// <summary>On SQLite another's transaction keeps everybody from writing; then nobody could log in either.</summary>
        [Fact]
        public async Task A_login_does_not_wait_for_it()
        {
            await using var api = await StartAsync();
            var client = api.CreateClient();
            var cheap = BcryptHash.Create(ApiMoves.Password, 4);
            var email = await StoreAsync(api, cheap);
            await using (await HeldRows.TakeAsync(api.Database, $"SELECT 1 FROM users WHERE email = '{email}' FOR SHARE"))
            {
                await client.LoginAsync(email).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
                Assert.Equal(cheap, await ReadHashAsync(api, email));
            }

            await Eventually.IsTrueAsync(async () => await ReadHashAsync(api, email) != cheap, "the hash is made anew");
        }
    }

    [Fact]
    public async Task A_login_makes_a_hash_of_lower_cost_anew()
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        var cheap = BcryptHash.Create(ApiMoves.Password, 4);
        var email = await StoreAsync(api, cheap);

        await client.LoginAsync(email);

        await Eventually.IsTrueAsync(async () => await ReadHashAsync(api, email) != cheap, "the hash is made anew");
        Assert.Matches(@"^\$2b\$06\$[./A-Za-z0-9]{53}$", await ReadHashAsync(api, email));
        await client.LoginAsync(email);
        using var wrong = await client.PostFormAsync("/api/auth/login", ("username", email), ("password", "a wrong password"));
        await wrong.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Fact]
    public async Task Neither_a_refused_login_nor_a_hash_of_higher_cost_changes_anything()
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        var (cheap, dear) = (BcryptHash.Create(ApiMoves.Password, 4), BcryptHash.Create(ApiMoves.Password, 7));
        var (cheapEmail, dearEmail, inactiveEmail) = (await StoreAsync(api, cheap), await StoreAsync(api, dear), await StoreAsync(api, cheap, isActive: false));
        var last = await StoreAsync(api, cheap);

        using var wrong = await client.PostFormAsync("/api/auth/login", ("username", cheapEmail), ("password", "a wrong password"));
        using var inactive = await client.PostFormAsync("/api/auth/login", ("username", inactiveEmail), ("password", ApiMoves.Password));
        await client.LoginAsync(dearEmail);
        await client.LoginAsync(last);

        // What waits is worked off in order: the others would be done by now.
        await Eventually.IsTrueAsync(async () => await ReadHashAsync(api, last) != cheap, "the last hash is made anew");
        Assert.Equal(cheap, await ReadHashAsync(api, cheapEmail));
        Assert.Equal(cheap, await ReadHashAsync(api, inactiveEmail));
        Assert.Equal(dear, await ReadHashAsync(api, dearEmail));
    }

    [Fact]
    public async Task A_password_that_was_changed_meanwhile_stays_changed()
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var email = await StoreAsync(api, BcryptHash.Create(ApiMoves.Password, 4));
            var tokens = await client.StartSessionAsync(email);

            using var changed = await client.SendJsonAsync(
                HttpMethod.Post, "/api/users/me/password", tokens.Access,
                new { current_password = ApiMoves.Password, new_password = AccountMoves.OtherPassword });

            await changed.AssertEmptyAsync(HttpStatusCode.NoContent);
            await client.LoginAsync(email, AccountMoves.OtherPassword);
        }
    }

    private Task<BtecApi> StartAsync() =>
        BtecApi.StartAsync(kind, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Passwords:WorkFactor"] = "6" });

    private static async Task<string> StoreAsync(BtecApi api, string hash, bool isActive = true)
    {
        var email = ApiMoves.NewEmail();
        await api.WithDatabaseAsync(database =>
        {
            database.Users.Add(new User { Email = email, HashedPassword = hash, IsActive = isActive, CreatedAt = api.Clock.GetUtcNow() });
            return database.SaveChangesAsync();
        });
        return email;
    }

    private static Task<string> ReadHashAsync(BtecApi api, string email) => api.WithDatabaseAsync(database =>
        database.Users.Where(user => user.Email == email).Select(user => user.HashedPassword).SingleAsync());
}
