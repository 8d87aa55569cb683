using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Administration;

/// <summary>The access to users: their own, that of others, and that of superusers.</summary>
public abstract class UserAccessTests(SharedApi shared) : UserAdministration(shared)
{
    public sealed class OnSqlite(SqliteApi shared) : UserAccessTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : UserAccessTests(shared);

    [Fact]
    [Asvs("8.2.2")]
    public async Task Superusers_and_the_user_themselves_can_read_a_user()
    {
        var email = ApiMoves.NewEmail();
        var id = (await Client.RegisterAsync(email)).GetProperty("id").GetInt32();
        var userToken = await Client.LoginAsync(email);
        var stranger = (await Client.StartSessionOfNewUserAsync()).Access;
        var superuser = await SuperuserAsync();

        using var byThemselves = await Client.GetAsync($"{Route}/{id}", userToken);
        using var bySuperuser = await Client.GetAsync($"{Route}/{id}", superuser);
        using var byStranger = await Client.GetAsync($"{Route}/{id}", stranger);
        using var ofNobody = await Client.GetAsync($"{Route}/2147483647", stranger);
        using var missing = await Client.GetAsync($"{Route}/2147483647", superuser);
        using var byNobody = await Client.GetAsync($"{Route}/{id}", accessToken: null);

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
        using var get = await Client.GetAsync($"{Route}/{id}", superuser);
        using var patch = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", superuser, new { full_name = "x" });
        using var delete = await Client.SendAsync(HttpMethod.Delete, $"{Route}/{id}", superuser);

        foreach (var response in new[] { get, patch, delete })
            await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    [Asvs("8.2.1", "8.2.3", "8.3.1")]
    public async Task Only_superusers_can_create_change_and_delete_users()
    {
        var id = await NewUserAsync();
        var stranger = (await Client.StartSessionOfNewUserAsync()).Access;

        using var create = await SendAsync(HttpMethod.Post, Route, stranger, new { email = ApiMoves.NewEmail() });
        using var update = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", stranger, new { is_superuser = true });
        using var delete = await Client.SendAsync(HttpMethod.Delete, $"{Route}/{id}", stranger);

        foreach (var response in new[] { create, update, delete })
            await response.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }
}
