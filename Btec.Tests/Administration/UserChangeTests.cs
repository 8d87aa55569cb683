using System.Net;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Administration;

/// <summary>The changes of users by superusers.</summary>
public abstract class UserChangeTests(SharedApi shared) : UserAdministration(shared)
{
    public sealed class OnSqlite(SqliteApi shared) : UserChangeTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : UserChangeTests(shared);

    [Fact]
    public async Task An_address_already_in_use_is_refused()
    {
        var email = ApiMoves.NewEmail();
        await Client.RegisterAsync(email);

        using var created = await SendAsync(HttpMethod.Post, Route, await SuperuserAsync(), new { email, password = ApiMoves.Password });
        using var moved = await SendAsync(HttpMethod.Patch, $"{Route}/{await NewUserAsync()}", await SuperuserAsync(), new { email });

        await created.AssertProblemAsync(HttpStatusCode.Conflict, "email_taken");
        await moved.AssertProblemAsync(HttpStatusCode.Conflict, "email_taken");
    }

    [Fact]
    public async Task Omitted_members_are_unchanged_and_null_clears()
    {
        var email = ApiMoves.NewEmail();
        var id = (await Client.RegisterAsync(email, fullName: "Ada")).GetProperty("id").GetInt32();
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
        using var response = await SendJsonAsync(HttpMethod.Patch, $"{Route}/{await NewUserAsync()}", await SuperuserAsync(), json);

        await response.AssertRefusedMembersAsync(members);
    }

    [Fact]
    public async Task Deactivating_a_user_ends_their_sessions_and_activating_restores_none()
    {
        var email = ApiMoves.NewEmail();
        var id = (await Client.RegisterAsync(email)).GetProperty("id").GetInt32();
        var tokens = await Client.StartSessionAsync(email);
        var superuser = await SuperuserAsync();

        using var off = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", superuser, new { is_active = false });
        Assert.False((await off.ReadJsonAsync()).GetProperty("is_active").GetBoolean());
        using var on = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", superuser, new { is_active = true });

        Assert.True((await on.ReadJsonAsync()).GetProperty("is_active").GetBoolean());
        await Client.AssertEndedAsync(tokens);
        await Client.LoginAsync(email);
    }

    [Fact]
    public async Task Changing_the_password_ends_the_sessions()
    {
        var email = ApiMoves.NewEmail();
        var id = (await Client.RegisterAsync(email)).GetProperty("id").GetInt32();
        var tokens = await Client.StartSessionAsync(email);

        using var response = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", await SuperuserAsync(), new { password = "another horse battery" });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Client.AssertEndedAsync(tokens);
        await Client.LoginAsync(email, "another horse battery");
    }

    [Fact]
    public async Task Changing_the_address_makes_it_unverified_and_keeps_the_sessions()
    {
        var email = ApiMoves.NewEmail();
        var id = (await Client.RegisterAsync(email)).GetProperty("id").GetInt32();
        var tokens = await Client.StartSessionAsync(email);
        var other = ApiMoves.NewEmail();

        using var response = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", await SuperuserAsync(), new { email = other });

        Assert.Equal(other, (await response.ReadJsonAsync()).GetProperty("email").GetString());
        Assert.False((await response.ReadJsonAsync()).GetProperty("email_verified").GetBoolean());
        await Client.LoginAsync(other);
        using var old = await Client.GetMeAsync(tokens.Access);
        await old.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        await Client.AssertAliveAsync(await Client.RefreshAsync(tokens.Refresh));
    }
}
