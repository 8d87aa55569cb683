using System.Net;
using System.Text;
using System.Text.Json;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The registration of clients by superusers.</summary>
public abstract class ClientAdministrationTests(SharedApi shared)
{
    private const string Route = ClientMoves.Route;
    private static readonly string[] s_openId = ["openid"];
    private static readonly string[] s_api = ["https://api.example.com"];
    private static readonly string[] s_machine = ["client_credentials"];
    private static readonly string[] s_code = ["authorization_code"];
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : ClientAdministrationTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ClientAdministrationTests(shared);

    [Fact]
    public async Task A_confidential_client_gets_a_secret_that_is_shown_once_and_stored_hashed()
    {
        var superuser = await shared.Api.StartSessionOfSuperuserAsync();

        using var response = await _client.SendJsonAsync(
            HttpMethod.Post, Route, superuser.Access,
            new { name = " Notes ", is_confidential = true, redirect_uris = new[] { ClientMoves.Callback, ClientMoves.Callback } });

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var created = await response.ReadJsonAsync();
        var (client, secret) = (created.GetProperty("client"), created.GetProperty("client_secret").GetString()!);
        var id = client.GetProperty("id").GetString()!;
        Assert.Equal($"{Route}/{id}", response.Headers.Location?.ToString());
        Assert.Matches("^[A-Za-z0-9_-]{22}$", id);
        Assert.Matches("^[A-Za-z0-9_-]{43}$", secret);
        Assert.Equal("Notes", client.GetProperty("name").GetString());
        Assert.Equal([ClientMoves.Callback], TextsOf(client, "redirect_uris"));
        Assert.Equal(["openid", "profile", "email", "offline_access"], TextsOf(client, "scopes"));
        Assert.Equal(["authorization_code", "refresh_token"], TextsOf(client, "grant_types"));
        Assert.False(client.GetProperty("is_first_party").GetBoolean());
        Assert.False(client.GetProperty("is_configured").GetBoolean());
        using var read = await _client.GetAsync($"{Route}/{id}", superuser.Access);
        Assert.Equal(client.GetRawText(), await read.ReadTextAsync());
        Assert.DoesNotContain(secret, await read.ReadTextAsync(), StringComparison.Ordinal);
        var row = await shared.Api.WithDatabaseAsync(database => database.OAuthClients.SingleAsync(found => found.Id == id));
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(secret)), row.SecretHash);
        Assert.DoesNotContain(secret, JsonSerializer.Serialize(row), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_client_has_no_secret_and_gets_none()
    {
        var client = await shared.Api.CreateClientAsync(isConfidential: false);

        using var rotated = await _client.SendAsync(HttpMethod.Post, $"{client.Path}/secret", client.Superuser);

        Assert.Null(client.Secret);
        await rotated.AssertProblemAsync(HttpStatusCode.Conflict, "client_public");
    }

    [Fact]
    public async Task Omitted_members_are_unchanged_null_clears_and_an_empty_list_is_the_default()
    {
        var client = await shared.Api.CreateClientAsync(change: new
        {
            client_uri = "https://app.example.com",
            back_channel_logout_uri = "https://app.example.com/logout",
            scopes = s_openId,
            resources = s_api,
        });

        using var nothing = await _client.SendJsonAsync(HttpMethod.Patch, client.Path, client.Superuser, new { });
        using var changed = await _client.SendJsonAsync(
            HttpMethod.Patch, client.Path, client.Superuser,
            new { name = "Mails", client_uri = (string?)null, scopes = Array.Empty<string>(), may_introspect = true });

        Assert.Equal("https://app.example.com", (await nothing.ReadJsonAsync()).GetProperty("client_uri").GetString());
        var after = await changed.ReadJsonAsync();
        Assert.Equal("Mails", after.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, after.GetProperty("client_uri").ValueKind);
        Assert.Equal("https://app.example.com/logout", after.GetProperty("back_channel_logout_uri").GetString());
        Assert.Equal(["openid", "profile", "email", "offline_access"], TextsOf(after, "scopes"));
        Assert.Equal(["https://api.example.com"], TextsOf(after, "resources"));
        Assert.True(after.GetProperty("may_introspect").GetBoolean());
        var audited = (await _client.ReadClientEventsAsync(client))["client.changed"];
        Assert.Equal(["client_uri", "may_introspect", "name", "scopes"], TextsOf(audited, "members").Order(StringComparer.Ordinal).ToList());
    }

    [Theory]
    [InlineData("""{"is_confidential":true}""", "name")]
    [InlineData("""{"name":" ","is_confidential":true,"redirect_uris":["https://a.example/"]}""", "name")]
    [InlineData("""{"name":"a\u202eb","is_confidential":true,"redirect_uris":["https://a.example/"]}""", "name")]
    [InlineData("""{"name":"a","is_confidential":"yes","redirect_uris":["https://a.example/"]}""", "is_confidential")]
    [InlineData("""{"name":"a","is_confidential":true}""", "redirect_uris")]
    [InlineData("""{"name":"a","is_confidential":true,"redirect_uris":"https://a.example/"}""", "redirect_uris")]
    [InlineData("""{"name":"a","is_confidential":true,"redirect_uris":[null]}""", "redirect_uris")]
    [InlineData("""{"name":"a","is_confidential":true,"redirect_uris":[5]}""", "redirect_uris")]
    [InlineData("""{"name":"a","is_confidential":true,"redirect_uris":["\ud800"]}""", "redirect_uris")]
    [InlineData("""{"name":"a","is_confidential":true,"redirect_uris":null}""", "redirect_uris")]
    [InlineData("""{"name":"a","is_confidential":true,"redirect_uris":["https://a.example/#x"]}""", "redirect_uris")]
    [InlineData("""{"name":"a","is_confidential":true,"redirect_uris":["https://a.example/"],"post_logout_redirect_uris":["/"]}""", "post_logout_redirect_uris")]
    [InlineData("""{"name":"a","is_confidential":true,"redirect_uris":["https://a.example/"],"scopes":["admin"]}""", "scopes")]
    [InlineData("""{"name":"a","is_confidential":true,"redirect_uris":["https://a.example/"],"grant_types":["password"]}""", "grant_types")]
    [InlineData("""{"name":"a","is_confidential":false,"grant_types":["client_credentials"]}""", "grant_types")]
    [InlineData("""{"name":"a","is_confidential":true,"grant_types":["refresh_token"]}""", "grant_types")]
    [InlineData("""{"name":"a","is_confidential":false,"redirect_uris":["https://a.example/"],"may_introspect":true}""", "may_introspect")]
    [InlineData("""{"name":"a","is_confidential":true,"redirect_uris":["https://a.example/"],"resources":["a"]}""", "resources")]
    [InlineData("""{"name":"a","is_confidential":true,"redirect_uris":["https://a.example/"],"client_uri":"javascript:alert(1)"}""", "client_uri")]
    [InlineData("""{"name":"a","is_confidential":true,"redirect_uris":["https://a.example/"],"back_channel_logout_uri":"http://169.254.169.254/"}""", "back_channel_logout_uri")]
    [InlineData("""{"name":5,"is_confidential":null,"redirect_uris":{},"scopes":0,"client_uri":[]}""", "name", "is_confidential", "redirect_uris", "scopes", "client_uri")]
    public async Task An_invalid_member_is_named(string json, params string[] members)
    {
        var superuser = await shared.Api.StartSessionOfSuperuserAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Route) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", superuser.Access);

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.AssertRefusedMembersAsync(members);
    }

    [Fact]
    public async Task A_change_that_makes_no_sense_with_what_stays_is_refused_and_changes_nothing()
    {
        var client = await shared.Api.CreateClientAsync(isConfidential: false);

        using var uris = await _client.SendJsonAsync(HttpMethod.Patch, client.Path, client.Superuser, new { name = "x", redirect_uris = Array.Empty<string>() });
        using var machine = await _client.SendJsonAsync(HttpMethod.Patch, client.Path, client.Superuser, new { name = "x", grant_types = s_machine });

        await uris.AssertRefusedMembersAsync("redirect_uris");
        await machine.AssertRefusedMembersAsync("grant_types");
        using var read = await _client.GetAsync(client.Path, client.Superuser);
        Assert.Equal("Notes", (await read.ReadJsonAsync()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Ten_redirect_URIs_are_accepted_and_more_are_refused_in_one_sentence()
    {
        var client = await shared.Api.CreateClientAsync();

        using var ten = await PatchAsync(10);
        using var eleven = await PatchAsync(11);
        using var thousand = await PatchAsync(1_000);

        Assert.Equal(HttpStatusCode.OK, ten.StatusCode);
        await eleven.AssertRefusedMembersAsync("redirect_uris");
        Assert.True((await thousand.ReadTextAsync()).Length < 1_000);

        Task<HttpResponseMessage> PatchAsync(int count) => _client.SendJsonAsync(
            HttpMethod.Patch, client.Path, client.Superuser,
            new { redirect_uris = Enumerable.Range(0, count).Select(number => $"https://app.example.com/{number}") });
    }

    [Fact]
    public async Task Pages_neither_miss_nor_repeat_a_client()
    {
        var superuser = await shared.Api.StartSessionOfSuperuserAsync();
        var created = new List<string>();
        for (var number = 0; number < 5; number++)
            created.Add((await _client.CreateClientAsync(superuser.Access, isConfidential: false)).Id);

        var found = await _client.GetAllAsync(Route, superuser.Access, limit: 2);

        var ids = found.Select(client => client.GetProperty("id").GetString()!).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.Subset(ids.ToHashSet(StringComparer.Ordinal), created.ToHashSet(StringComparer.Ordinal));
        var times = found.Select(client => client.GetProperty("created_at").GetDateTimeOffset()).ToList();
        Assert.Equal(times.OrderDescending().ToList(), times);
    }

    [Fact]
    public async Task Others_than_superusers_and_old_proofs_are_refused()
    {
        var client = await shared.Api.CreateClientAsync();
        var user = await _client.StartSessionOfNewUserAsync();

        foreach (var (method, path) in new[] { ("GET", Route), ("GET", client.Path), ("DELETE", client.Path), ("POST", $"{client.Path}/secret") })
        {
            using var forbidden = await _client.SendAsync(HttpMethod.Parse(method), path, user.Access);
            using var anonymous = await _client.SendAsync(HttpMethod.Parse(method), path, accessToken: null);
            await forbidden.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
            await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        }
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("btec-pages")]
    [InlineData("btec")]
    [InlineData("%00")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("a%0Ab")]
    [InlineData("' OR '1'='1")]
    public async Task An_unknown_client_is_not_found(string id)
    {
        var superuser = await shared.Api.StartSessionOfSuperuserAsync();

        using var read = await _client.GetAsync($"{Route}/{id}", superuser.Access);
        using var changed = await _client.SendJsonAsync(HttpMethod.Patch, $"{Route}/{id}", superuser.Access, new { name = "x" });
        using var deleted = await _client.SendAsync(HttpMethod.Delete, $"{Route}/{id}", superuser.Access);

        Assert.All(
            new[] { read, changed, deleted },
            response => Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{response.StatusCode}"));
    }

    [Fact]
    public async Task Two_changes_at_once_that_exclude_each_other_leave_a_client_that_makes_sense()
    {
        var client = await shared.Api.CreateClientAsync(change: new { grant_types = s_machine });

        await Task.WhenAll(Enumerable.Range(0, 10).Select(async number =>
        {
            object change = number % 2 == 0
                ? new { redirect_uris = Array.Empty<string>() }
                : new { grant_types = s_code };
            using var response = await _client.SendJsonAsync(HttpMethod.Patch, client.Path, client.Superuser, change);
        }));

        using var read = await _client.GetAsync(client.Path, client.Superuser);
        var after = await read.ReadJsonAsync();
        Assert.False(TextsOf(after, "redirect_uris").Count == 0 && TextsOf(after, "grant_types").Contains("authorization_code", StringComparer.Ordinal));
    }

    private static List<string> TextsOf(JsonElement json, string member) =>
        [.. json.GetProperty(member).EnumerateArray().Select(entry => entry.GetString()!)];
}
