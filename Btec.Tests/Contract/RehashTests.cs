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
        /// <summary>PostgreSQL only: on SQLite another transaction blocks every writer, and with it the login itself.</summary>
        [Fact]
        public async Task A_login_does_not_wait_for_the_rehash()
        {
            await using var api = await StartAsync();
            var client = api.CreateClient();
            var weak = BcryptHash.Create(ApiMoves.Password, 4);
            var email = await StoreAsync(api, weak);
            await using (var connection = await api.Database.ConnectAsync())
            {
                await connection.ExecuteAsync(
                    """
                    CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS
                        'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END';
                    CREATE TRIGGER wait_for_test BEFORE UPDATE OF hashed_password ON users FOR EACH ROW EXECUTE FUNCTION wait_for_test();
                    """);
            }

            await using (await HeldRows.TakeAsync(api.Database, "SELECT pg_advisory_xact_lock(1)"))
            {
                await client.LoginAsync(email).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
                Assert.Equal(weak, await ReadHashAsync(api, email));
            }

            // A statement that has waited for too long is not repeated until the next login.
            await Eventually.IsTrueAsync(
                async () =>
                {
                    await client.LoginAsync(email);
                    return await ReadHashAsync(api, email) != weak;
                },
                "the password is re-hashed");
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public async Task A_login_rehashes_a_password_of_another_cost(int workFactor)
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        var old = BcryptHash.Create(ApiMoves.Password, workFactor);
        var email = await StoreAsync(api, old);

        await client.LoginAsync(email);

        await Eventually.IsTrueAsync(async () => await ReadHashAsync(api, email) != old, "the password is re-hashed");
        Assert.Matches(@"^\$2b\$06\$[./A-Za-z0-9]{53}$", await ReadHashAsync(api, email));
        await client.LoginAsync(email);
        using var wrong = await client.PostFormAsync("/api/auth/login", ("username", email), ("password", "a wrong password"));
        await wrong.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Fact]
    public async Task Neither_a_refused_login_nor_a_hash_of_the_configured_cost_is_rehashed()
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        var (weak, current) = (BcryptHash.Create(ApiMoves.Password, 4), BcryptHash.Create(ApiMoves.Password, 6));
        var (weakEmail, currentEmail) = (await StoreAsync(api, weak), await StoreAsync(api, current));
        var inactiveEmail = await StoreAsync(api, weak, isActive: false);
        var last = await StoreAsync(api, weak);

        using var wrong = await client.PostFormAsync(
            "/api/auth/login", ("username", weakEmail), ("password", "a wrong password"));
        using var inactive = await client.PostFormAsync(
            "/api/auth/login", ("username", inactiveEmail), ("password", ApiMoves.Password));
        await client.LoginAsync(currentEmail);
        await client.LoginAsync(last);

        // Rehashes run in order, so the others would be finished by now.
        await Eventually.IsTrueAsync(async () => await ReadHashAsync(api, last) != weak, "the last password is re-hashed");
        Assert.Equal(weak, await ReadHashAsync(api, weakEmail));
        Assert.Equal(weak, await ReadHashAsync(api, inactiveEmail));
        Assert.Equal(current, await ReadHashAsync(api, currentEmail));
    }

    [Fact]
    public async Task A_rehash_does_not_undo_a_concurrent_password_change()
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
            database.Users.Add(new User
            {
                Email = email,
                HashedPassword = hash,
                IsActive = isActive,
                CreatedAt = api.Clock.GetUtcNow(),
            });
            return database.SaveChangesAsync();
        });
        return email;
    }

    private static Task<string> ReadHashAsync(BtecApi api, string email) => api.WithDatabaseAsync(database =>
        database.Users.Where(user => user.Email == email).Select(user => user.HashedPassword).SingleAsync());
}
