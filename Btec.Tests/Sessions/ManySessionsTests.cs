using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Sessions;

/// <summary>Users with thousands of sessions from before <c>Sessions:MaxPerUser</c>. What ends them all must not write them all, or it
/// would time out and leave a thief in.</summary>
[Asvs("15.2.2")]
public abstract class ManySessionsTests(SharedApi shared)
{
    private const int Many = 5_000;

    /// <summary>The most rows that ending all sessions may write.</summary>
    private const int MostWritten = 1_000;

    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : ManySessionsTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ManySessionsTests(shared);

    [Fact]
    public async Task A_new_password_ends_all_others()
    {
        var (id, email, owner) = await _client.StartAccountAsync();
        var thief = await StartAmongManyAsync(id, email);

        using var changed = await _client.SendJsonAsync(
            HttpMethod.Post, "/api/users/me/password", owner.Access,
            new { current_password = ApiMoves.Password, new_password = AccountMoves.OtherPassword });

        await changed.AssertEmptyAsync(HttpStatusCode.NoContent);
        await AssertOnlyAliveAsync(id, owner, thief);
    }

    [Fact]
    public async Task A_logout_of_the_others_ends_all_others_and_does_not_revive_one()
    {
        var (id, email, owner) = await _client.StartAccountAsync();
        var ended = await _client.StartSessionAsync(email);
        using var logout = await _client.LogOutAsync(ended.Access);
        var thief = await StartAmongManyAsync(id, email);

        using var others = await _client.LogOutAsync(owner.Access, "?scope=others");

        await others.AssertEmptyAsync(HttpStatusCode.NoContent);
        await _client.AssertEndedAsync(ended);
        await AssertOnlyAliveAsync(id, owner, thief);
    }

    [Fact]
    public async Task A_global_logout_ends_all_and_the_next_login_works()
    {
        var (id, email, owner) = await _client.StartAccountAsync();
        var thief = await StartAmongManyAsync(id, email);

        using var everywhere = await _client.LogOutAsync(owner.Access, "?scope=global");

        await everywhere.AssertEmptyAsync(HttpStatusCode.NoContent);
        await _client.AssertEndedAsync(owner);
        await AssertOnlyAliveAsync(id, await _client.StartSessionAsync(email), thief);
    }

    [Fact]
    public async Task A_reset_of_the_password_ends_all()
    {
        var (id, email, owner) = await _client.StartAccountAsync();
        var thief = await StartAmongManyAsync(id, email);
        using var recovery = await _client.RecoverAsync(email);

        using var reset = await _client.ResetAsync(
            await shared.Api.ReadTokenAsync(email, Btec.Data.Model.MailTemplate.ResetPassword), ApiMoves.Password + "!");

        await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
        await _client.AssertEndedAsync(owner);
        await _client.AssertEndedAsync(thief);
        Assert.True(await CountRevokedAsync(id) <= MostWritten);
    }

    [Fact]
    [Asvs("7.4.2")]
    public async Task A_deactivation_ends_all_for_good()
    {
        var superuser = await shared.Api.StartSessionOfSuperuserAsync();
        var (id, email, owner) = await _client.StartAccountAsync();
        var thief = await StartAmongManyAsync(id, email);

        foreach (var isActive in new[] { false, true })
        {
            using var changed = await _client.SendJsonAsync(
                HttpMethod.Patch, $"/api/users/{id}", superuser.Access, new { is_active = isActive });
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        }

        await _client.AssertEndedAsync(owner);
        await _client.AssertEndedAsync(thief);
        Assert.True(await CountRevokedAsync(id) <= MostWritten);
    }

    [Fact]
    [Asvs("7.4.2")]
    public async Task A_deletion_deletes_all()
    {
        var (id, email, owner) = await _client.StartAccountAsync();
        var thief = await StartAmongManyAsync(id, email);
        await shared.Api.AddUsedTokensAsync(Guid.Parse(thief.SessionId), count: 12_000);

        using var deleted = await _client.SendJsonAsync(
            HttpMethod.Delete, "/api/users/me", owner.Access, new { password = ApiMoves.Password });

        await deleted.AssertEmptyAsync(HttpStatusCode.NoContent);
        await _client.AssertEndedAsync(thief, "refresh_token_invalid");
        Assert.Equal(0, await shared.Api.WithDatabaseAsync(database => database.Sessions.CountAsync(session => session.UserId == id)));
    }

    [Fact]
    public async Task The_list_shows_a_page_of_them()
    {
        var (id, _, owner) = await _client.StartAccountAsync();
        await shared.Api.AddSessionsAsync(id, Many);

        var page = await _client.GetPageAsync(SessionListMoves.Route, owner.Access);

        Assert.Equal(50, page.GetProperty("items").GetArrayLength());
        Assert.Equal(owner.SessionId, page.GetProperty("items")[0].GetProperty("id").GetString());
        Assert.NotNull(page.GetProperty("next_cursor").GetString());
    }

    /// <summary>Starts a session that is not among the first to be ended one by one.</summary>
    private async Task<Tokens> StartAmongManyAsync(int userId, string email)
    {
        var thief = await _client.StartSessionAsync(email);
        await shared.Api.AddSessionsAsync(userId, Many);
        return thief;
    }

    private async Task AssertOnlyAliveAsync(int userId, Tokens alive, Tokens ended)
    {
        await _client.AssertEndedAsync(ended);
        Assert.Equal([alive.SessionId], SessionListMoves.IdsOf(await _client.ListSessionsAsync(alive)));
        await _client.AssertAliveAsync(alive);
        Assert.True(await CountRevokedAsync(userId) <= MostWritten + 1);
    }

    private Task<int> CountRevokedAsync(int userId) => shared.Api.WithDatabaseAsync(
        database => database.Sessions.CountAsync(session => session.UserId == userId && session.RevokedAt != null));
}
