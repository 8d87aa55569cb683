using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Administration;

public abstract class UserAdministrationTests(OwnApi own)
{
    private const string Route = "/api/users";
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : UserAdministrationTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : UserAdministrationTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task A_superuser_creates_an_account_that_can_log_in()
    {
        var email = ApiMoves.NewEmail();

        using var response = await SendAsync(HttpMethod.Post, Route, await SuperuserAsync(), new
        {
            email = $" {email.ToUpperInvariant()} ",
            password = ApiMoves.Password,
            full_name = "Grace Hopper",
            is_superuser = true,
        });

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var user = await response.ReadJsonAsync();
        Assert.Equal($"/api/users/{user.GetProperty("id")}", response.Headers.Location?.ToString());
        Assert.Equal(email, user.GetProperty("email").GetString());
        Assert.True(user.GetProperty("is_superuser").GetBoolean());
        Assert.True(user.GetProperty("is_active").GetBoolean());
        Assert.False(user.GetProperty("email_verified").GetBoolean());
        await _client.LoginAsync(email);
    }

    [Fact]
    public async Task A_user_created_without_a_password_is_mailed_a_link_to_set_one()
    {
        var email = ApiMoves.NewEmail();
        using var created = await SendAsync(HttpMethod.Post, Route, await SuperuserAsync(), new { email });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);

        var token = await own.Api.ReadTokenAsync(email, MailTemplate.Invitation);
        using var reset = await _client.PostJsonAsync("/api/auth/password-reset", new { token, new_password = ApiMoves.Password });

        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        await _client.LoginAsync(email);
    }

    [Fact]
    public async Task A_stranger_who_requests_recovery_does_not_void_an_invitation()
    {
        var email = ApiMoves.NewEmail();
        using var created = await SendAsync(HttpMethod.Post, Route, await SuperuserAsync(), new { email });
        using var requested = await _client.RecoverAsync(email);
        var invitation = await own.Api.ReadTokenAsync(email, MailTemplate.Invitation);
        own.Api.Clock.Advance(TimeSpan.FromHours(2));

        using var reset = await _client.ResetAsync(invitation);

        await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
        await _client.LoginAsync(email, AccountMoves.OtherPassword);
    }

    [Fact]
    public async Task An_invitation_and_a_recovery_link_void_each_other_only_when_one_is_used()
    {
        var email = ApiMoves.NewEmail();
        using var created = await SendAsync(HttpMethod.Post, Route, await SuperuserAsync(), new { email });
        using var requested = await _client.RecoverAsync(email);

        using var reset = await _client.ResetAsync(await own.Api.ReadTokenAsync(email, MailTemplate.ResetPassword));
        using var invited = await _client.ResetAsync(await own.Api.ReadTokenAsync(email, MailTemplate.Invitation));

        await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
        await invited.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
    }

    [Fact]
    public async Task An_address_already_in_use_is_refused()
    {
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);

        using var created = await SendAsync(HttpMethod.Post, Route, await SuperuserAsync(), new { email, password = ApiMoves.Password });
        using var moved = await SendAsync(HttpMethod.Patch, $"{Route}/{await NewUserAsync()}", await SuperuserAsync(), new { email });

        await created.AssertProblemAsync(HttpStatusCode.Conflict, "email_taken");
        await moved.AssertProblemAsync(HttpStatusCode.Conflict, "email_taken");
    }

    [Fact]
    public async Task Omitted_members_are_unchanged_and_null_clears()
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email, fullName: "Ada")).GetProperty("id").GetInt32();
        var superuser = await SuperuserAsync();

        using var nothing = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", superuser, new { });
        using var cleared = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", superuser, new { full_name = (string?)null });

        Assert.Equal("Ada", (await nothing.ReadJsonAsync()).GetProperty("full_name").GetString());
        Assert.Equal(JsonValueKind.Null, (await cleared.ReadJsonAsync()).GetProperty("full_name").ValueKind);
        Assert.Equal(email, (await cleared.ReadJsonAsync()).GetProperty("email").GetString());
    }

    [Theory]
    [InlineData("""{"email":null}""", "email")]
    [InlineData("""{"is_active":null,"is_superuser":"yes"}""", "is_active", "is_superuser")]
    [InlineData("""{"email":"no address","password":"short"}""", "email", "password")]
    [InlineData("""{"full_name":5}""", "full_name")]
    [InlineData("""{"is_active":true,"is_active":false}""", "is_active")]
    public async Task An_invalid_member_is_named(string json, params string[] members)
    {
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"{Route}/{await NewUserAsync()}");
        request.Content = content;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await SuperuserAsync());

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.AssertRefusedMembersAsync(members);
    }

    [Fact]
    public async Task Deactivating_a_user_ends_their_sessions_and_activating_restores_none()
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        var tokens = await _client.StartSessionAsync(email);
        var superuser = await SuperuserAsync();

        using var off = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", superuser, new { is_active = false });
        Assert.False((await off.ReadJsonAsync()).GetProperty("is_active").GetBoolean());
        using var on = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", superuser, new { is_active = true });

        Assert.True((await on.ReadJsonAsync()).GetProperty("is_active").GetBoolean());
        await _client.AssertEndedAsync(tokens);
        await _client.LoginAsync(email);
    }

    [Fact]
    public async Task Changing_the_password_ends_the_sessions()
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        var tokens = await _client.StartSessionAsync(email);

        using var response = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", await SuperuserAsync(), new { password = "another horse battery" });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await _client.AssertEndedAsync(tokens);
        await _client.LoginAsync(email, "another horse battery");
    }

    [Fact]
    public async Task Changing_the_address_makes_it_unverified_and_keeps_the_sessions()
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        var tokens = await _client.StartSessionAsync(email);
        var other = ApiMoves.NewEmail();

        using var response = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", await SuperuserAsync(), new { email = other });

        Assert.Equal(other, (await response.ReadJsonAsync()).GetProperty("email").GetString());
        Assert.False((await response.ReadJsonAsync()).GetProperty("email_verified").GetBoolean());
        await _client.LoginAsync(other);
        using var old = await _client.GetMeAsync(tokens.Access);
        await old.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        await _client.AssertAliveAsync(await _client.RefreshAsync(tokens.Refresh));
    }

    [Fact]
    [Asvs("10.3.3")]
    public async Task Deleting_a_user_keeps_only_their_audit_events()
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        var tokens = await _client.StartSessionAsync(email);
        var superuser = await SuperuserAsync();

        own.Api.Clock.Advance(TimeSpan.FromSeconds(1));
        using var deleted = await _client.SendAsync(HttpMethod.Delete, $"{Route}/{id}", superuser);
        using var again = await _client.SendAsync(HttpMethod.Delete, $"{Route}/{id}", superuser);
        using var me = await _client.GetMeAsync(tokens.Access);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await again.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        var types = (await own.Api.GetAuditAsync(id)).Select(audited => audited.GetProperty("type").GetString()).ToList();
        Assert.Equal(["login", "user.deleted", "user.registered"], [.. types.Order(StringComparer.Ordinal)]);
        Assert.Equal("user.deleted", types[^1]);
        // The address is free again, and the id is not reused.
        Assert.NotEqual(id, (await _client.RegisterAsync(email)).GetProperty("id").GetInt32());
    }

    [Theory]
    [InlineData("""{"is_active":false}""")]
    [InlineData("""{"is_superuser":false}""")]
    [InlineData(null)]
    public async Task A_superuser_cannot_deactivate_demote_or_delete_themselves(string? json)
    {
        var tokens = await own.Api.StartSessionOfSuperuserAsync();
        var id = TokenForge.Open(tokens.Access).Claims.GetProperty("uid").GetInt32();

        using var response = await SendJsonAsync(json is null ? HttpMethod.Delete : HttpMethod.Patch, $"{Route}/{id}", tokens.Access, json);

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "own_account");
        await _client.AssertAliveAsync(tokens);
        var refused = (await own.Api.GetAuditAsync(id)).Single(audited => audited.GetProperty("outcome").GetString() == "own_account");
        Assert.Equal(id, refused.GetProperty("actor_id").GetInt32());
    }

    [Theory]
    [InlineData("""{"password":"another horse battery"}""")]
    [InlineData("""{"email":"EMAIL"}""")]
    [InlineData("""{"full_name":"Eve","email":"EMAIL","password":"another horse battery","is_superuser":true}""")]
    [Asvs("6.2.3", "7.5.1")]
    public async Task An_access_token_alone_changes_no_password_and_no_address_of_its_own_superuser(string json)
    {
        var tokens = await own.Api.StartSessionOfSuperuserAsync();
        using var before = await _client.GetMeAsync(tokens.Access);
        var user = await before.ReadJsonAsync();
        var id = user.GetProperty("id").GetInt32();

        using var response = await SendJsonAsync(
            HttpMethod.Patch, $"{Route}/{id}", tokens.Access, json.Replace("EMAIL", ApiMoves.NewEmail(), StringComparison.Ordinal));

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "own_account");
        using var after = await _client.GetMeAsync(tokens.Access);
        Assert.Equal(user.GetRawText(), (await after.ReadJsonAsync()).GetRawText());
        await _client.LoginAsync(user.GetProperty("email").GetString()!);
        Assert.Equal(["own_account"], await own.Api.ReadEventsAsync(id, "user.updated"));
    }

    [Fact]
    public async Task A_superuser_can_send_their_own_account_back_with_another_name()
    {
        var tokens = await own.Api.StartSessionOfSuperuserAsync();
        using var me = await _client.GetMeAsync(tokens.Access);
        var user = await me.ReadJsonAsync();

        using var response = await SendAsync(HttpMethod.Patch, $"{Route}/{user.GetProperty("id")}", tokens.Access, new
        {
            email = user.GetProperty("email").GetString()!.ToUpperInvariant(),
            full_name = "Grace",
            is_active = true,
            is_superuser = true,
        });

        Assert.Equal("Grace", (await response.ReadJsonAsync()).GetProperty("full_name").GetString());
        await _client.AssertAliveAsync(tokens);
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
            await own.Api.WithDatabaseAsync(database => database.Users.ExecuteUpdateAsync(row => row.SetProperty(user => user.IsSuperuser, false)));
            var tokens = new List<Tokens>();
            for (var superuser = 0; superuser < 4; superuser++)
                tokens.Add(await own.Api.StartSessionOfSuperuserAsync());

            var ids = tokens.Select(token => TokenForge.Open(token.Access).Claims.GetProperty("uid").GetInt32()).ToList();
            var attempts = tokens.SelectMany((token, who) => ids.Where((_, whom) => whom != who).Select(async id =>
            {
                using var response = await SendJsonAsync(json is null ? HttpMethod.Delete : HttpMethod.Patch, $"{Route}/{id}", token.Access, json);
                Assert.True((int)response.StatusCode < 500, await response.ReadTextAsync());
            }));
            await Task.WhenAll(attempts);

            Assert.InRange(await own.Api.WithDatabaseAsync(database => database.Users.CountAsync(user => user.IsSuperuser && user.IsActive)), 1, 4);
        }
    }

    [Fact]
    [Asvs("8.2.2")]
    public async Task Superusers_and_the_user_themselves_can_read_a_user()
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        var userToken = await _client.LoginAsync(email);
        var stranger = (await _client.StartSessionOfNewUserAsync()).Access;
        var superuser = await SuperuserAsync();

        using var byThemselves = await _client.GetAsync($"{Route}/{id}", userToken);
        using var bySuperuser = await _client.GetAsync($"{Route}/{id}", superuser);
        using var byStranger = await _client.GetAsync($"{Route}/{id}", stranger);
        using var ofNobody = await _client.GetAsync($"{Route}/2147483647", stranger);
        using var missing = await _client.GetAsync($"{Route}/2147483647", superuser);
        using var byNobody = await _client.GetAsync($"{Route}/{id}", accessToken: null);

        Assert.Equal(email, (await byThemselves.ReadJsonAsync()).GetProperty("email").GetString());
        Assert.Equal(email, (await bySuperuser.ReadJsonAsync()).GetProperty("email").GetString());
        await byStranger.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await ofNobody.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await missing.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await byNobody.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData("1.0")]
    [InlineData("2147483648")]
    [InlineData("%31%20")]
    [InlineData("abc")]
    public async Task An_invalid_id_is_not_found(string id)
    {
        var superuser = await SuperuserAsync();
        using var get = await _client.GetAsync($"{Route}/{id}", superuser);
        using var patch = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", superuser, new { full_name = "x" });
        using var delete = await _client.SendAsync(HttpMethod.Delete, $"{Route}/{id}", superuser);

        foreach (var response in new[] { get, patch, delete })
            await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    [Asvs("8.2.1", "8.2.3", "8.3.1")]
    public async Task Only_superusers_can_create_change_and_delete_users()
    {
        var id = await NewUserAsync();
        var stranger = (await _client.StartSessionOfNewUserAsync()).Access;

        using var create = await SendAsync(HttpMethod.Post, Route, stranger, new { email = ApiMoves.NewEmail() });
        using var update = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", stranger, new { is_superuser = true });
        using var delete = await _client.SendAsync(HttpMethod.Delete, $"{Route}/{id}", stranger);

        foreach (var response in new[] { create, update, delete })
            await response.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    private async Task<string> SuperuserAsync() => (await own.Api.StartSessionOfSuperuserAsync()).Access;

    private async Task<int> NewUserAsync() => (await _client.RegisterAsync(ApiMoves.NewEmail())).GetProperty("id").GetInt32();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string accessToken, object body) =>
        await SendJsonAsync(method, path, accessToken, JsonSerializer.Serialize(body));

    private async Task<HttpResponseMessage> SendJsonAsync(HttpMethod method, string path, string accessToken, string? json)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
