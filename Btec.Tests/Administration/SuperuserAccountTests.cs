using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Administration;

/// <summary>The accounts of superusers, who keep themselves from losing them, and the deletion of others.</summary>
public abstract class SuperuserAccountTests(OwnApi own) : UserAdministration(own)
{
    public sealed class OnSqlite(OwnSqliteApi own) : SuperuserAccountTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : SuperuserAccountTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    [Asvs("10.3.3")]
    public async Task Deleting_a_user_keeps_only_their_audit_events()
    {
        var email = ApiMoves.NewEmail();
        var id = (await Client.RegisterAsync(email)).GetProperty("id").GetInt32();
        var tokens = await Client.StartSessionAsync(email);
        var superuser = await SuperuserAsync();

        Api.Clock.Advance(TimeSpan.FromSeconds(1));
        using var deleted = await Client.SendAsync(HttpMethod.Delete, $"{Route}/{id}", superuser);
        using var again = await Client.SendAsync(HttpMethod.Delete, $"{Route}/{id}", superuser);
        using var me = await Client.GetMeAsync(tokens.Access);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await again.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        var types = (await Api.GetAuditAsync(id)).Select(audited => audited.GetProperty("type").GetString()).ToList();
        Assert.Equal(["login", "user.deleted", "user.registered"], [.. types.Order(StringComparer.Ordinal)]);
        Assert.Equal("user.deleted", types[^1]);
        // The address is free again, and the id is not reused.
        Assert.NotEqual(id, (await Client.RegisterAsync(email)).GetProperty("id").GetInt32());
    }

    [Theory]
    [InlineData("""{"is_active":false}""")]
    [InlineData("""{"is_superuser":false}""")]
    [InlineData(null)]
    public async Task A_superuser_cannot_deactivate_demote_or_delete_themselves(string? json)
    {
        var tokens = await Api.StartSessionOfSuperuserAsync();
        var id = TokenForge.Open(tokens.Access).Claims.GetProperty("uid").GetInt32();

        using var response = await SendJsonAsync(json is null ? HttpMethod.Delete : HttpMethod.Patch, $"{Route}/{id}", tokens.Access, json);

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "own_account");
        await Client.AssertAliveAsync(tokens);
        var refused = (await Api.GetAuditAsync(id)).Single(audited => audited.GetProperty("outcome").GetString() == "own_account");
        Assert.Equal(id, refused.GetProperty("actor_id").GetInt32());
    }

    [Theory]
    [InlineData("""{"password":"another horse battery"}""")]
    [InlineData("""{"email":"EMAIL"}""")]
    [InlineData("""{"full_name":"Eve","email":"EMAIL","password":"another horse battery","is_superuser":true}""")]
    [Asvs("6.2.3", "7.5.1")]
    public async Task An_access_token_alone_changes_no_password_and_no_address_of_its_own_superuser(string json)
    {
        var tokens = await Api.StartSessionOfSuperuserAsync();
        using var before = await Client.GetMeAsync(tokens.Access);
        var user = await before.ReadJsonAsync();
        var id = user.GetProperty("id").GetInt32();

        using var response = await SendJsonAsync(
            HttpMethod.Patch, $"{Route}/{id}", tokens.Access, json.Replace("EMAIL", ApiMoves.NewEmail(), StringComparison.Ordinal));

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "own_account");
        using var after = await Client.GetMeAsync(tokens.Access);
        Assert.Equal(user.GetRawText(), (await after.ReadJsonAsync()).GetRawText());
        await Client.LoginAsync(user.GetProperty("email").GetString()!);
        Assert.Equal(["own_account"], await Api.ReadEventsAsync(id, "user.updated"));
    }

    [Fact]
    public async Task A_superuser_can_send_their_own_account_back_with_another_name()
    {
        var tokens = await Api.StartSessionOfSuperuserAsync();
        using var me = await Client.GetMeAsync(tokens.Access);
        var user = await me.ReadJsonAsync();

        using var response = await SendAsync(HttpMethod.Patch, $"{Route}/{user.GetProperty("id")}", tokens.Access, new
        {
            email = user.GetProperty("email").GetString()!.ToUpperInvariant(),
            full_name = "Grace",
            is_active = true,
            is_superuser = true,
        });

        Assert.Equal("Grace", (await response.ReadJsonAsync()).GetProperty("full_name").GetString());
        await Client.AssertAliveAsync(tokens);
    }

    [Theory]
    [InlineData("""{"is_active":false}""")]
    [InlineData("""{"is_superuser":false}""")]
    [InlineData(null)]
    [Asvs("2.3.4")]
    public async Task When_superusers_remove_each_other_concurrently_at_least_one_remains(string? json)
    {
        for (var round = 0; round < 5; round++)
        {
            await Api.WithDatabaseAsync(database => database.Users.ExecuteUpdateAsync(row => row.SetProperty(user => user.IsSuperuser, false)));
            var tokens = new List<Tokens>();
            for (var superuser = 0; superuser < 4; superuser++)
                tokens.Add(await Api.StartSessionOfSuperuserAsync());

            var ids = tokens.Select(token => TokenForge.Open(token.Access).Claims.GetProperty("uid").GetInt32()).ToList();
            var attempts = tokens.SelectMany((token, who) => ids.Where((_, whom) => whom != who).Select(async id =>
            {
                using var response = await SendJsonAsync(json is null ? HttpMethod.Delete : HttpMethod.Patch, $"{Route}/{id}", token.Access, json);
                Assert.True((int)response.StatusCode < 500, await response.ReadTextAsync());
            }));
            await Task.WhenAll(attempts);

            Assert.InRange(await Api.WithDatabaseAsync(database => database.Users.CountAsync(user => user.IsSuperuser && user.IsActive)), 1, 4);
        }
    }
}
