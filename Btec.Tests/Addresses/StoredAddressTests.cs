using System.Net;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Btec.Tests.MigrationService;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Addresses;

/// <summary>Addresses that an earlier version stored, when the worker runs.</summary>
public abstract class StoredAddressTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : StoredAddressTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : StoredAddressTests(DatabaseKind.Postgres)
    {
        /// <summary>PostgreSQL only: on SQLite, the worker waits before it reads.</summary>
        [Fact]
        public async Task An_address_that_changes_meanwhile_is_not_overwritten()
        {
            await using var api = await BtecApi.StartAsync(DatabaseKind.Postgres);
            var id = await RegisterAsync(api.CreateClient(), "old@example.com");
            await StoreAsync(api, id, "old@münchen.example");
            await using var connection = await api.Database.ConnectAsync();
            await connection.ExecuteAsync("BEGIN");
            await connection.ExecuteAsync($"UPDATE users SET email = 'new@example.com' WHERE id = {id}");

            var rewriting = api.Database.WithContextAsync(services =>
                ActivatorUtilities.CreateInstance<StoredAddresses>(services).CanonicalizeAsync(TestContext.Current.CancellationToken));
            await connection.WaitForBlockedAsync();
            await connection.ExecuteAsync("COMMIT");

            Assert.Equal(0, (await rewriting).Rewritten);
            Assert.Equal(["new@example.com"], await api.Database.ReadAsync($"SELECT email FROM users WHERE id = {id}"));
        }
    }

    [Fact]
    public async Task The_worker_rewrites_what_is_not_canonical_and_logs_collisions_by_id()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var old = await RegisterAsync(client, "old@example.com", "Zoe\u0308");
        var twin = await RegisterAsync(client, "twin@xn--bcher-kva.example");
        var second = await RegisterAsync(client, "second@example.com");
        var broken = await RegisterAsync(client, "broken@example.com");
        await StoreAsync(api, old, "old@münchen.example");
        await StoreAsync(api, second, "twin@bücher.example");
        await StoreAsync(api, broken, "bro(ken)@example.com");
        await api.WithDatabaseAsync(database => database.Users.Where(user => user.Id == old)
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.SearchName, "zoe\u0308")));
        var link = await api.ReadTokenAsync("old@example.com", MailTemplate.VerifyEmail);

        var first = await WorkerRuns.RunAsync(api.ConnectionString, ("Jwt:SigningKey", BtecApi.SigningKey));
        var again = await WorkerRuns.RunAsync(api.ConnectionString);

        first.AssertExitCode(0);
        Assert.Contains("Rewrote 1 e-mail addresses", first.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Rewrote", again.AssertExitCode(0).Text, StringComparison.Ordinal);
        foreach (var run in new[] { first, again })
        {
            Assert.Contains(
                $"User {second} cannot log in: the canonical form of the e-mail address belongs to user {twin}.",
                run.Text,
                StringComparison.Ordinal);
            Assert.Contains($"User {broken} cannot log in: the e-mail address is no longer accepted.", run.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("example", run.Text, StringComparison.OrdinalIgnoreCase);
        }

        using var me = await client.GetMeAsync(await client.LoginAsync("Old@MÜNCHEN.example"));
        Assert.Equal("old@xn--mnchen-3ya.example", (await me.ReadJsonAsync()).GetProperty("email").GetString());
        using var confirmed = await client.ConfirmAsync(link);
        Assert.Equal(HttpStatusCode.NoContent, confirmed.StatusCode);
        Assert.Equal(
            ["twin@bücher.example", "twin@xn--bcher-kva.example"],
            await api.WithDatabaseAsync(database => database.Users.Where(user => user.Id == twin || user.Id == second)
                .Select(user => user.Email).OrderBy(email => email).ToListAsync()));
        Assert.Equal("zoë", await api.WithDatabaseAsync(database =>
            database.Users.Where(user => user.Id == old).Select(user => user.SearchName).SingleAsync()));
        Assert.Single(await api.GetAuditAsync(old, "user.updated"));
        Assert.DoesNotContain("without being authenticated", first.Text, StringComparison.Ordinal);
        (await api.Database.VerifyAuditAsync()).AssertExitCode(0);
    }

    [Fact]
    public async Task Without_the_secret_the_worker_warns_that_the_audit_events_are_not_authenticated()
    {
        await using var api = await BtecApi.StartAsync(kind);
        await StoreAsync(api, await RegisterAsync(api.CreateClient(), "old@example.com"), "old@münchen.example");

        var end = await WorkerRuns.RunAsync(api.ConnectionString);

        Assert.Contains(
            "audit events are written without being authenticated", end.AssertExitCode(0).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_whose_address_is_not_canonical_can_be_deactivated_and_keeps_it()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var superuser = await api.StartSessionOfSuperuserAsync();
        await RegisterAsync(client, "twin@xn--bcher-kva.example");
        var second = await RegisterAsync(client, "second@example.com");
        await StoreAsync(api, second, "twin@bücher.example");

        using var changed = await client.SendJsonAsync(
            HttpMethod.Patch, $"/api/users/{second}", superuser.Access, new { is_active = false });

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        var user = await api.WithDatabaseAsync(database => database.Users.SingleAsync(row => row.Id == second));
        Assert.Equal(("twin@bücher.example", false), (user.Email, user.IsActive));
    }

    private static async Task<int> RegisterAsync(HttpClient client, string email, string? fullName = null) =>
        (await client.RegisterAsync(email, fullName: fullName)).GetProperty("id").GetInt32();

    /// <summary>Stores an address as an earlier version did, with the links that were mailed to it.</summary>
    private static Task<int> StoreAsync(BtecApi api, int id, string email) => api.WithDatabaseAsync(async database =>
    {
        await database.OneTimeTokens.Where(token => token.UserId == id)
            .ExecuteUpdateAsync(row => row.SetProperty(token => token.Email, email));
        return await database.Users.Where(user => user.Id == id).ExecuteUpdateAsync(row => row.SetProperty(user => user.Email, email));
    });
}
