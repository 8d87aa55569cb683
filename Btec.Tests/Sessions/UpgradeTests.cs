using System.Globalization;
using System.Net;
using Btec.Data.Model;
using Btec.Data.Passwords;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Btec.Tests.Sessions;

/// <summary>The upgrade of a database from before the introduction of sessions.</summary>
public abstract class UpgradeTests(DatabaseKind kind)
{
    private const string BeforeSessions = "CreateUsers";
    private const string BeforeEpochs = "SearchUsersByTrigrams";

    public sealed class OnSqlite() : UpgradeTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : UpgradeTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Existing_users_can_log_in_and_old_tokens_are_invalid()
    {
        await using var api = await BtecApi.StartAsync(kind, migrate: false);
        var client = api.CreateClient();
        await api.WithDatabaseAsync(MigrateToUsersAsync);
        await AddUserAsync(api, "ada@example.com", "Ada", active: true, superuser: true);
        await AddUserAsync(api, "bob@example.com", fullName: null, active: false, superuser: false);
        var before = await ReadUsersAsync(api);
        var oldClaims = TokenForge.Claims(api, 1, "ada@example.com");
        oldClaims.Remove("sid");
        var oldToken = TokenForge.Sign(TokenForge.Header(), oldClaims);

        await api.MigrateAsync();

        Assert.Equal(before, await ReadUsersAsync(api));
        using var old = await client.GetMeAsync(oldToken);
        await old.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        var tokens = await client.StartSessionAsync("ada@example.com");
        using var me = await client.GetMeAsync(tokens.Access);
        var user = await me.ReadJsonAsync();
        Assert.Equal(1, user.GetProperty("id").GetInt32());
        Assert.Equal("Ada", user.GetProperty("full_name").GetString());
        Assert.True(user.GetProperty("is_superuser").GetBoolean());
        await client.AssertAliveAsync(tokens);
        using var inactive = await client.PostFormAsync("/api/auth/login", ("username", "bob@example.com"), ("password", ApiMoves.Password));
        await inactive.AssertProblemAsync(HttpStatusCode.Forbidden, "account_inactive");
        await client.RegisterAsync("eve@example.com");
    }

    [Fact]
    public async Task Before_the_upgrade_the_API_is_not_ready()
    {
        await using var api = await BtecApi.StartAsync(kind, migrate: false);
        await api.WithDatabaseAsync(MigrateToUsersAsync);

        using var before = await api.CreateClient().GetAsync("/api/health", TestContext.Current.CancellationToken);
        await api.MigrateAsync();
        using var after = await api.CreateClient().GetAsync("/api/health", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, before.StatusCode);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task A_downgrade_revives_no_session_that_ended_with_its_epoch()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var (id, _, ended) = await client.StartAccountAsync();
        var (_, _, alive) = await client.StartAccountAsync();
        await api.Database.ExecuteAsync($"UPDATE users SET session_epoch = session_epoch + 1 WHERE id = {id}");

        await api.WithDatabaseAsync(database => MigrateToAsync(database, BeforeEpochs));

        var living = await api.Database.ReadAsync("SELECT id FROM sessions WHERE revoked_at IS NULL");
        Assert.Equal(alive.SessionId, Assert.Single(living), ignoreCase: true);
        await api.MigrateAsync();
        await client.AssertEndedAsync(ended);
        await client.AssertAliveAsync(alive);
        var revokedAt = await api.WithDatabaseAsync(
            database => database.Sessions.Where(session => session.UserId == id).Select(session => session.RevokedAt).SingleAsync());
        Assert.InRange(revokedAt!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(-5), TimeSpan.FromMinutes(5));
    }

    private static Task<bool> MigrateToUsersAsync(BtecDbContext database) => MigrateToAsync(database, BeforeSessions);

    private static async Task<bool> MigrateToAsync(BtecDbContext database, string migration)
    {
        var id = database.Database.GetMigrations().Single(name => name.EndsWith($"_{migration}", StringComparison.Ordinal));
        await database.GetService<IMigrator>().MigrateAsync(id, TestContext.Current.CancellationToken);
        return true;
    }

    /// <summary>Adds a user by SQL, because the model maps columns that do not exist yet.</summary>
    private Task AddUserAsync(BtecApi api, string email, string? fullName, bool active, bool superuser)
    {
        var name = fullName is null ? "NULL" : $"'{fullName}'";
        var created = kind == DatabaseKind.Sqlite ? api.Clock.GetUtcNow().UtcTicks.ToString(CultureInfo.InvariantCulture) : "now()";
        var (isActive, isSuperuser) = kind == DatabaseKind.Sqlite ? (active ? "1" : "0", superuser ? "1" : "0") : ($"{active}", $"{superuser}");
        return api.Database.ExecuteAsync(
            $"""
            INSERT INTO users (email, hashed_password, full_name, is_active, is_superuser, created_at)
            VALUES ('{email}', '{BcryptHash.Create(ApiMoves.Password, 4)}', {name}, {isActive}, {isSuperuser}, {created})
            """);
    }

    private static Task<IReadOnlyList<string>> ReadUsersAsync(BtecApi api) => api.Database.ReadAsync(
        "SELECT id, email, hashed_password, full_name, is_active, is_superuser, created_at FROM users ORDER BY id");
}
