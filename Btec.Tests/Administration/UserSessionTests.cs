using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Administration;

/// <summary>The sessions of users, for superusers.</summary>
public abstract class UserSessionTests(OwnApi own)
{
    private readonly BtecApi _api = own.Api;
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : UserSessionTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : UserSessionTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task The_living_sessions_of_a_user_are_listed_page_by_page_and_those_of_nobody_else()
    {
        var (id, email, first) = await _api.StartConfirmedAccountAsync();
        _api.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await _client.StartSessionAsync(email, "Second device");
        var ended = await _client.StartSessionAsync(email);
        (await _client.LogOutAsync(ended.Access)).Dispose();
        var superuser = await _api.StartSessionOfSuperuserAsync();

        var listed = await _client.GetAllAsync(RouteOf(id), superuser.Access, limit: 1);

        Assert.Equal([second.SessionId, first.SessionId], SessionListMoves.IdsOf(listed));
        Assert.Equal("Second device", listed[0].GetProperty("user_agent").GetString());
        Assert.All(listed, session => Assert.False(session.GetProperty("current").GetBoolean()));
    }

    [Fact]
    [Asvs("7.4.5")]
    public async Task All_sessions_of_a_user_end_on_the_next_request_and_the_superuser_is_recorded()
    {
        var (id, email, first) = await _api.StartConfirmedAccountAsync();
        var second = await _client.StartSessionAsync(email);
        var bystander = await _client.StartSessionOfNewUserAsync();
        var superuser = await _api.StartSessionOfSuperuserAsync();

        using var response = await EndAsync(superuser, id);

        await response.AssertEmptyAsync(HttpStatusCode.NoContent);
        await _client.AssertEndedAsync(first);
        await _client.AssertEndedAsync(second);
        await _client.AssertAliveAsync(bystander);
        Assert.Empty(await _client.GetAllAsync(RouteOf(id), superuser.Access, limit: 10));
        var audited = Assert.Single(await _api.GetAuditAsync(id, "session.ended"));
        Assert.Equal(TokenForge.Open(superuser.Access).Claims.GetProperty("uid").GetInt32(), audited.GetProperty("actor_id").GetInt32());
        Assert.Equal("by a superuser", audited.GetProperty("details").GetProperty("reason").GetString());
        Assert.Equal(2, audited.GetProperty("details").GetProperty("sessions").GetInt32());
    }

    [Theory]
    [InlineData("2147483647")]
    [InlineData("0")]
    [InlineData("01")]
    [InlineData("-1")]
    public async Task An_id_of_no_user_is_not_found(string id)
    {
        var superuser = await _api.StartSessionOfSuperuserAsync();

        using var list = await _client.GetAsync($"/api/users/{id}/sessions", superuser.Access);
        using var end = await _client.SendAsync(HttpMethod.Delete, $"/api/users/{id}/sessions", superuser.Access);

        await list.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await end.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Only_superusers_may_and_end_them_only_after_a_recent_proof_of_identity()
    {
        var (id, _, user) = await _api.StartConfirmedAccountAsync();
        var superuser = await _api.StartSessionOfSuperuserAsync();

        using var anonymous = await _client.SendAsync(HttpMethod.Delete, RouteOf(id), accessToken: null);
        using var unseen = await _client.GetAsync(RouteOf(id), user.Access);
        using var ordinary = await EndAsync(user, id);
        _api.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        using var stale = await EndAsync(superuser, id);

        await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        await unseen.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await ordinary.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await stale.AssertProblemAsync(HttpStatusCode.Unauthorized, "step_up_required");
        await _client.AssertAliveAsync(user);
    }

    private static string RouteOf(int userId) => $"/api/users/{userId}/sessions";

    private Task<HttpResponseMessage> EndAsync(Tokens caller, int userId) =>
        _client.SendAsync(HttpMethod.Delete, RouteOf(userId), caller.Access);
}
