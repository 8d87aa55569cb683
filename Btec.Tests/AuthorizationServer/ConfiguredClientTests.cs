using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.AuthorizationServer;

/// <summary>Clients of the configuration beside those of the database, and a clock that moves.</summary>
public abstract class ConfiguredClientTests(ConfiguredClientTests.ConfiguredApi own)
{
    private const string Secret = "a+b%c:d/e=f&g'h~ 0123456789abcdef-_.";
    private const string Introspect = "/api/auth/introspect";
    private static readonly string[] s_mail = ["mail.read"];
    private readonly BtecApi _api = own.Api;
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OnSqlite.Api own) : ConfiguredClientTests(own), IClassFixture<OnSqlite.Api>
    {
        public sealed class Api() : ConfiguredApi(DatabaseKind.Sqlite);
    }

    public sealed class OnPostgres(OnPostgres.Api own) : ConfiguredClientTests(own), IClassFixture<OnPostgres.Api>
    {
        public sealed class Api() : ConfiguredApi(DatabaseKind.Postgres);
    }

    [Fact]
    public async Task They_are_listed_first_and_can_be_read_but_not_changed()
    {
        var superuser = await _api.StartSessionOfSuperuserAsync();
        var created = await _client.CreateClientAsync(superuser.Access);

        var listed = await _client.GetAllAsync(ClientMoves.Route, superuser.Access, limit: 1);
        using var read = await _client.GetAsync($"{ClientMoves.Route}/mail", superuser.Access);
        using var changed = await _client.SendJsonAsync(HttpMethod.Patch, $"{ClientMoves.Route}/mail", superuser.Access, new { name = "x" });
        using var deleted = await _client.SendAsync(HttpMethod.Delete, $"{ClientMoves.Route}/mail", superuser.Access);
        using var rotated = await _client.SendAsync(HttpMethod.Post, $"{ClientMoves.Route}/mail/secret", superuser.Access);

        var ids = listed.Select(client => client.GetProperty("id").GetString()!).ToList();
        Assert.Equal(["gateway", "mail"], ids.Take(2).ToList());
        Assert.Contains(created.Id, ids, StringComparer.Ordinal);
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        var client = await read.ReadJsonAsync();
        Assert.True(client.GetProperty("is_configured").GetBoolean());
        Assert.Equal("Mail", client.GetProperty("name").GetString());
        Assert.Equal(["openid", "mail.read"], client.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()!).ToList());
        Assert.DoesNotContain("secret", await read.ReadTextAsync(), StringComparison.Ordinal);
        foreach (var refused in new[] { changed, deleted, rotated })
            await refused.AssertProblemAsync(HttpStatusCode.Conflict, "client_configured");
    }

    [Fact]
    public async Task One_authenticates_by_its_configured_secret_with_every_character_that_it_may_have()
    {
        using var basic = await _client.PostBasicAsync(Introspect, "gateway", Secret, ("token", "x"));
        using var post = await _client.PostFormAsync(Introspect, ("client_id", "gateway"), ("client_secret", Secret), ("token", "x"));
        using var wrong = await _client.PostBasicAsync(Introspect, "gateway", $"{Secret}x", ("token", "x"));

        Assert.Equal(HttpStatusCode.OK, basic.StatusCode);
        Assert.Equal(HttpStatusCode.OK, post.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    [Fact]
    public async Task One_replaces_a_registered_client_of_the_same_id()
    {
        await _api.WithDatabaseAsync(async database =>
        {
            if (await database.OAuthClients.FindAsync("gateway") is null)
            {
                database.OAuthClients.Add(new OAuthClient { Id = "gateway", Name = "Row", IsConfidential = false, CreatedAt = _api.Clock.GetUtcNow() });
                await database.SaveChangesAsync();
            }

            return true;
        });
        var superuser = await _api.StartSessionOfSuperuserAsync();

        var listed = await _client.GetAllAsync(ClientMoves.Route, superuser.Access, limit: 100);

        var gateway = Assert.Single(listed, client => client.GetProperty("id").GetString() == "gateway");
        Assert.Equal("gateway", gateway.GetProperty("name").GetString());
        using var basic = await _client.PostBasicAsync(Introspect, "gateway", Secret, ("token", "x"));
        Assert.Equal(HttpStatusCode.OK, basic.StatusCode);
    }

    [Fact]
    public async Task After_a_rotation_the_former_secret_works_for_24_hours_and_not_a_second_longer()
    {
        var client = await _api.CreateClientAsync(change: new { may_introspect = true });
        using var rotated = await _client.SendAsync(HttpMethod.Post, $"{client.Path}/secret", client.Superuser);
        var current = (await rotated.ReadJsonAsync()).GetProperty("client_secret").GetString()!;

        _api.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        using var stillFormer = await _client.PostBasicAsync(Introspect, client.Id, client.Secret!, ("token", "x"));
        _api.Clock.Advance(TimeSpan.FromSeconds(1));
        using var former = await _client.PostBasicAsync(Introspect, client.Id, client.Secret!, ("token", "x"));
        using var present = await _client.PostBasicAsync(Introspect, client.Id, current, ("token", "x"));

        Assert.Equal(HttpStatusCode.OK, stillFormer.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, former.StatusCode);
        Assert.Equal(HttpStatusCode.OK, present.StatusCode);
    }

    [Fact]
    public async Task A_scope_of_the_configuration_can_be_given_to_a_registered_client()
    {
        var client = await _api.CreateClientAsync(change: new { scopes = s_mail });

        using var read = await _client.GetAsync(client.Path, client.Superuser);

        Assert.Equal("mail.read", (await read.ReadJsonAsync()).GetProperty("scopes")[0].GetString());
    }

    public abstract class ConfiguredApi(DatabaseKind kind) : SharedApi(kind)
    {
        private static readonly Dictionary<string, string?> s_settings = new(StringComparer.Ordinal)
        {
            ["OAuth:Scopes:0:Name"] = "mail.read",
            ["OAuth:Scopes:0:Description"] = "Read your mails.",
            ["OAuth:Clients:0:Id"] = "mail",
            ["OAuth:Clients:0:Name"] = "Mail",
            ["OAuth:Clients:0:RedirectUris:0"] = "https://mail.example.com/callback",
            ["OAuth:Clients:0:Scopes"] = "openid mail.read",
            ["OAuth:Clients:1:Id"] = "gateway",
            ["OAuth:Clients:1:Secret"] = Secret,
            ["OAuth:Clients:1:GrantTypes"] = "client_credentials",
            ["OAuth:Clients:1:MayIntrospect"] = "true",
        };

        protected override Task<BtecApi> StartAsync() => BtecApi.StartAsync(Kind, s_settings);
    }
}
