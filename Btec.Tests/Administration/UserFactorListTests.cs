using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Administration;

/// <summary>The second factors of users, for superusers.</summary>
public abstract class UserFactorListTests(SharedApi shared)
{
    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : UserFactorListTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : UserFactorListTests(shared);

    [Fact]
    public async Task A_superuser_sees_the_factors_of_a_user_as_the_user_does()
    {
        var user = await _api.StartAccountWithTotpAsync();
        await _api.AddPasskeyRowAsync(user.Id);
        var superuser = await _api.StartSessionOfSuperuserAsync();

        using var own = await _client.GetAsync(FactorMoves.FactorsRoute, user.Tokens.Access);
        using var seen = await _client.GetAsync($"/api/users/{user.Id}/factors", superuser.Access);

        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
        var factors = await seen.ReadJsonAsync();
        Assert.Equal((await own.ReadJsonAsync()).GetRawText(), factors.GetRawText());
        Assert.Equal(2, factors.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Others_see_nothing_and_an_unknown_user_is_not_found()
    {
        var user = await _api.StartAccountWithTotpAsync();
        var superuser = await _api.StartSessionOfSuperuserAsync();

        using var anonymous = await _client.GetAsync($"/api/users/{user.Id}/factors", accessToken: null);
        using var ordinary = await _client.GetAsync($"/api/users/{user.Id}/factors", user.Tokens.Access);
        using var unknown = await _client.GetAsync("/api/users/2147483647/factors", superuser.Access);

        await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        await ordinary.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await unknown.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }
}
