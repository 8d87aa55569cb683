using System.Globalization;
using System.Net;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Administration;

/// <summary>The roles that superusers give users, and who reads them.</summary>
public abstract class UserRoleTests(SharedApi shared) : UserAdministration(shared)
{
    public sealed class OnSqlite(SqliteApi shared) : UserRoleTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : UserRoleTests(shared);

    [Fact]
    public async Task Roles_are_replaced_as_a_whole_and_every_answer_shows_them_once_and_sorted()
    {
        var (id, _, tokens) = await Client.StartAccountAsync();
        var superuser = await SuperuserAsync();

        var changed = await SetAsync(id, superuser, "writer", "editor", "writer", "orders:read");
        Assert.Equal(["editor", "orders:read", "writer"], RolesOf(changed));
        Assert.Equal(["editor", "orders:read", "writer"], RolesOf(await GetAsync($"{Route}/{id}", superuser)));
        Assert.Equal(["editor", "orders:read", "writer"], RolesOf(await GetAsync($"{Route}/me", tokens.Access)));
        var listed = await Client.GetPageAsync($"{Route}?limit=100", superuser);
        Assert.Contains(listed.GetProperty("items").EnumerateArray(), user => RolesOf(user) is ["editor", "orders:read", "writer"]);

        Assert.Equal(["editor"], RolesOf(await SetAsync(id, superuser, "editor")));
        Assert.Empty(RolesOf(await SetAsync(id, superuser)));
        Assert.Empty(RolesOf(await GetAsync($"{Route}/me", tokens.Access)));
    }

    [Fact]
    public async Task A_new_token_has_the_roles_and_introspection_of_an_older_one_shows_them_at_once()
    {
        var (id, email, before) = await Client.StartAccountAsync();
        Assert.False(TokenForge.Open(before.Access).Claims.TryGetProperty("roles", out _));
        var superuser = await SuperuserAsync();
        await SetAsync(id, superuser, "editor", "orders:read");

        var after = await Client.StartSessionAsync(email);

        Assert.Equal(["editor", "orders:read"], RolesOf(TokenForge.Open(after.Access).Claims));
        Assert.Equal(["editor", "orders:read"], RolesOf(await Api.IntrospectAsync(before.Access)));
        await SetAsync(id, superuser, "reader");
        Assert.Equal(["reader"], RolesOf(await Api.IntrospectAsync(after.Access)));
        await SetAsync(id, superuser);
        Assert.False((await Api.IntrospectAsync(after.Access)).TryGetProperty("roles", out _));
    }

    [Fact]
    public async Task The_token_of_a_client_has_the_roles_of_its_user()
    {
        var session = await Api.StartClientSessionAsync("shop", "openid");
        await SetAsync(session.UserId, await SuperuserAsync(), "editor");

        var token = await Api.IssueClientTokenAsync(session);

        Assert.Equal(["editor"], RolesOf(TokenForge.Open(token).Claims));
        Assert.Equal(["editor"], RolesOf(await Api.IntrospectAsync(token)));
    }

    [Theory]
    [InlineData("""{"roles":["Editor"]}""")]
    [InlineData("""{"roles":["editor",""]}""")]
    [InlineData("""{"roles":["editor "]}""")]
    [InlineData("""{"roles":["editor\n"]}""")]
    [InlineData("""{"roles":["éditeur"]}""")]
    [InlineData("""{"roles":[null]}""")]
    [InlineData("""{"roles":[1]}""")]
    [InlineData("""{"roles":"editor"}""")]
    [InlineData("""{"roles":null}""")]
    [InlineData("""{}""")]
    public async Task What_is_no_list_of_names_is_refused_at_its_field(string json)
    {
        using var response = await SendJsonAsync(HttpMethod.Put, $"{Route}/{await NewUserAsync()}/roles", await SuperuserAsync(), json);

        await response.AssertRefusedMembersAsync("roles");
    }

    [Theory]
    [InlineData(50, 64, true)]
    [InlineData(51, 64, false)]
    [InlineData(1, 65, false)]
    public async Task There_are_at_most_50_roles_of_at_most_64_characters(int count, int length, bool isAccepted)
    {
        var names = Enumerable.Range(0, count)
            .Select(number => string.Create(CultureInfo.InvariantCulture, $"{number:00}").PadRight(length, '-')).ToArray();

        using var response = await SendAsync(
            HttpMethod.Put, $"{Route}/{await NewUserAsync()}/roles", await SuperuserAsync(), new { roles = names });

        Assert.Equal(isAccepted ? HttpStatusCode.OK : HttpStatusCode.UnprocessableContent, response.StatusCode);
    }

    [Fact]
    public async Task Only_superusers_set_roles_and_only_of_users_that_exist()
    {
        var (id, _, tokens) = await Client.StartAccountAsync();

        using var refused = await TrySetAsync(id, tokens.Access, "admin");
        using var missing = await TrySetAsync(int.MaxValue, await SuperuserAsync(), "admin");

        await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await missing.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Empty(RolesOf(await GetAsync($"{Route}/me", tokens.Access)));
    }

    [Fact]
    public async Task A_change_is_an_audit_event_and_a_repetition_is_none()
    {
        var id = await NewUserAsync();
        var superuser = await SuperuserAsync();
        await SetAsync(id, superuser, "editor", "reader");
        await SetAsync(id, superuser, "reader", "editor");
        Api.Clock.Advance(TimeSpan.FromSeconds(1));
        await SetAsync(id, superuser, "reader", "writer");

        var events = await Api.GetAuditAsync(id, "user.roles_changed");

        Assert.Equal(2, events.Count);
        var latest = events[^1].GetProperty("details");
        Assert.Equal(["writer"], ReadNames(latest, "added"));
        Assert.Equal(["editor"], ReadNames(latest, "removed"));
    }

    private async Task<JsonElement> SetAsync(int id, string superuser, params string[] roles)
    {
        using var response = await TrySetAsync(id, superuser, roles);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }

    private Task<HttpResponseMessage> TrySetAsync(int id, string accessToken, params string[] roles) =>
        SendAsync(HttpMethod.Put, $"{Route}/{id}/roles", accessToken, new { roles });

    private async Task<JsonElement> GetAsync(string path, string accessToken)
    {
        using var response = await Client.GetAsync(path, accessToken);
        return await response.ReadJsonAsync();
    }

    private static string?[] RolesOf(JsonElement shown) => ReadNames(shown, "roles");

    private static string?[] ReadNames(JsonElement shown, string member) =>
        [.. shown.GetProperty(member).EnumerateArray().Select(name => name.GetString())];
}
