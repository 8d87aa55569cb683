using System.Net;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

public abstract class AccountDeletionTests(DatabaseKind kind)
{
    private const string Route = "/api/users/me";

    public sealed class OnSqlite() : AccountDeletionTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : AccountDeletionTests(DatabaseKind.Postgres)
    {
        [Fact]
        public async Task Deleting_an_ordinary_user_does_not_wait_for_decisions_about_superusers()
        {
            await using var api = await BtecApi.StartAsync(DatabaseKind.Postgres);
            var client = api.CreateClient();
            var superuser = await api.StartSessionOfSuperuserAsync();
            var (id, _, _) = await client.StartAccountAsync();
            await using var held = await HeldRows.TakeAsync(api.Database, $"SELECT pg_advisory_xact_lock({0x6274_6563_0004})");

            using var deleted = await client.SendAsync(HttpMethod.Delete, $"/api/users/{id}", superuser.Access);

            await deleted.AssertEmptyAsync(HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public async Task Deleting_an_account_removes_everything_but_its_audit_events()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var (id, email, tokens) = await client.StartAccountAsync();
        var other = await client.StartSessionAsync(email);
        using var recovery = await client.RecoverAsync(email);

        using var deleted = await DeleteAsync(client, tokens);

        await deleted.AssertEmptyAsync(HttpStatusCode.NoContent);
        await client.AssertEndedAsync(tokens, "refresh_token_invalid");
        await client.AssertEndedAsync(other, "refresh_token_invalid");
        using var login = await client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
        await login.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        using var reset = await client.ResetAsync(await api.ReadTokenAsync(email, MailTemplate.ResetPassword));
        await reset.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        Assert.Equal(0, await api.WithDatabaseAsync(database => database.OneTimeTokens.CountAsync(token => token.UserId == id)));
        Assert.Equal([AuditBatch.Success], await api.ReadEventsAsync(id, AuditTypes.UserDeleted));
        Assert.True((await client.RegisterAsync(email)).GetProperty("id").GetInt32() > id);
    }

    [Fact]
    public async Task A_wrong_password_deletes_nothing_and_is_audited()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var (id, _, tokens) = await client.StartAccountAsync();

        using var refused = await DeleteAsync(client, tokens, "a wrong password");
        using var missing = await client.SendJsonAsync(HttpMethod.Delete, Route, tokens.Access, new { });
        using var noBody = await client.SendJsonAsync(HttpMethod.Delete, Route, tokens.Access, body: null);
        using var anonymous = await client.SendJsonAsync(
            HttpMethod.Delete, Route, accessToken: null, new { password = ApiMoves.Password });

        await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
        await missing.AssertRefusedMembersAsync("password");
        await noBody.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        await client.AssertAliveAsync(tokens);
        Assert.Equal(["password_wrong"], await api.ReadEventsAsync(id, AuditTypes.UserDeleted));
    }

    [Fact]
    public async Task The_last_active_superuser_cannot_be_deleted()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var (id, _, tokens) = await client.StartAccountAsync();
        var (inactive, _, _) = await client.StartAccountAsync();
        await api.ChangeUserAsync(id, user => user.IsSuperuser = true);
        await api.ChangeUserAsync(inactive, user => (user.IsSuperuser, user.IsActive) = (true, false));

        using var refused = await DeleteAsync(client, tokens);
        await refused.AssertProblemAsync(HttpStatusCode.Conflict, "last_superuser");
        Assert.Equal(["last_superuser"], await api.ReadEventsAsync(id, AuditTypes.UserDeleted));
        await api.ChangeUserAsync(inactive, user => user.IsActive = true);
        using var deleted = await DeleteAsync(client, tokens);

        await deleted.AssertEmptyAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task When_ten_superusers_delete_their_accounts_at_once_one_remains()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var superusers = new List<Tokens>();
        while (superusers.Count < 10)
        {
            var (id, _, tokens) = await client.StartAccountAsync();
            await api.ChangeUserAsync(id, user => user.IsSuperuser = true);
            superusers.Add(tokens);
        }

        var statuses = await Task.WhenAll(superusers.Select(async tokens =>
        {
            using var deleted = await DeleteAsync(client, tokens);
            return deleted.StatusCode;
        }));

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.NoContent, 9), HttpStatusCode.Conflict], statuses.Order());
        Assert.Equal(1, await api.WithDatabaseAsync(database => database.Users.CountAsync(user => user.IsSuperuser)));
    }

    private static Task<HttpResponseMessage> DeleteAsync(HttpClient client, Tokens tokens, string password = ApiMoves.Password) =>
        client.SendJsonAsync(HttpMethod.Delete, Route, tokens.Access, new { password });
}
