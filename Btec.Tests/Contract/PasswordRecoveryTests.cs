using System.Net;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

[Asvs("6.4.3")]
public abstract class PasswordRecoveryTests(DatabaseKind kind, SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : PasswordRecoveryTests(DatabaseKind.Sqlite, shared);

    public sealed class OnPostgres(PostgresApi shared) : PasswordRecoveryTests(DatabaseKind.Postgres, shared);

    [Fact]
    public async Task The_link_sets_a_new_password_ends_every_session_and_confirms_the_address()
    {
        var (id, email, tokens) = await _client.StartAccountAsync("Ada");
        var other = await _client.RefreshAsync((await _client.StartSessionAsync(email)).Refresh);

        using var requested = await _client.RecoverAsync($" {email.ToUpperInvariant()}");
        var mail = Assert.Single(await shared.Api.ReadMailsAsync(email), mail => mail.Template == MailTemplate.ResetPassword);
        using var reset = await _client.ResetAsync(mail.Values.Token!);

        await requested.AssertEmptyAsync(HttpStatusCode.Accepted);
        Assert.Equal((id, "Ada", TimeSpan.FromHours(1)), (mail.UserId, mail.Values.Name, mail.Values.ValidFor));
        await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
        await _client.AssertEndedAsync(tokens);
        await _client.AssertEndedAsync(other);
        using var old = await _client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
        await old.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        using var me = await _client.GetMeAsync(await _client.LoginAsync(email, AccountMoves.OtherPassword));
        Assert.True((await me.ReadJsonAsync()).GetProperty("email_verified").GetBoolean());
        Assert.Single(await shared.Api.ReadMailsAsync(email), notice => notice.Template == MailTemplate.PasswordChanged);
        Assert.Equal([AuditBatch.Success], await shared.Api.ReadEventsAsync(id, AuditTypes.PasswordRecoveryRequested));
        Assert.Equal([AuditBatch.Success], await shared.Api.ReadEventsAsync(id, AuditTypes.PasswordReset));
    }

    [Fact]
    public async Task Addresses_without_an_active_user_get_the_same_response_and_no_mail()
    {
        var (_, known, _) = await _client.StartAccountAsync();
        var (inactiveId, inactive, _) = await _client.StartAccountAsync();
        await shared.Api.ChangeUserAsync(inactiveId, user => user.IsActive = false);
        var unknown = ApiMoves.NewEmail();

        var answers = new List<string>();
        foreach (var email in new[] { known, inactive, unknown })
        {
            using var response = await _client.RecoverAsync(email);
            await response.AssertEmptyAsync(HttpStatusCode.Accepted);
            answers.Add(string.Join('\n', response.Headers.Concat(response.Content.Headers)
                .Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(',', header.Value)}")));
        }

        Assert.Single(answers.Distinct(StringComparer.Ordinal));
        Assert.Single(await shared.Api.ReadMailsAsync(known), mail => mail.Template == MailTemplate.ResetPassword);
        Assert.DoesNotContain(await shared.Api.ReadMailsAsync(inactive), mail => mail.Template == MailTemplate.ResetPassword);
        Assert.Empty(await shared.Api.ReadMailsAsync(unknown));
        Assert.Equal(0, await shared.Api.WithDatabaseAsync(database => database.OneTimeTokens.CountAsync(token =>
            token.Email == unknown || (token.Email == inactive && token.Purpose == OneTimeTokenPurpose.ResetPassword))));
    }

    [Fact]
    public async Task A_new_link_supersedes_the_previous_one_and_works_once()
    {
        var (_, email, _) = await _client.StartAccountAsync();
        using var requested = await _client.RecoverAsync(email);
        var first = await shared.Api.ReadTokenAsync(email, MailTemplate.ResetPassword);
        using var again = await _client.RecoverAsync(email);
        var second = Assert.Single(await shared.Api.ReadTokensAsync(email, MailTemplate.ResetPassword), token => token != first);

        using var superseded = await _client.ResetAsync(first);
        using var reset = await _client.ResetAsync(second);
        using var used = await _client.ResetAsync(second);

        await superseded.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
        await used.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
    }

    [Fact]
    public async Task Of_fifty_simultaneous_requests_for_one_address_only_the_last_leaves_a_working_link()
    {
        var (id, email, _) = await _client.StartAccountAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var requested = await _client.RecoverAsync(email);
            Assert.Equal(HttpStatusCode.Accepted, requested.StatusCode);
        }));

        Assert.Equal(50, (await shared.Api.ReadTokensAsync(email, MailTemplate.ResetPassword)).Count);
        Assert.Equal(1, await shared.Api.WithDatabaseAsync(database => database.OneTimeTokens.CountAsync(token =>
            token.UserId == id && token.Purpose == OneTimeTokenPurpose.ResetPassword)));
    }

    [Fact]
    public async Task When_fifty_callers_follow_one_link_at_once_one_sets_the_password()
    {
        var (_, email, _) = await _client.StartAccountAsync();
        using var requested = await _client.RecoverAsync(email);
        var link = await shared.Api.ReadTokenAsync(email, MailTemplate.ResetPassword);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async number =>
        {
            using var reset = await _client.ResetAsync(link, $"staple number {number}");
            return (reset.StatusCode, Number: number);
        }));

        var winner = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent).Number;
        Assert.Equal(49, answers.Count(answer => answer.StatusCode == HttpStatusCode.BadRequest));
        await _client.LoginAsync(email, $"staple number {winner}");
        Assert.Single(await shared.Api.ReadMailsAsync(email), mail => mail.Template == MailTemplate.PasswordChanged);
    }

    [Theory]
    [InlineData(3599, HttpStatusCode.NoContent)]
    [InlineData(3600, HttpStatusCode.BadRequest)]
    public async Task A_link_works_for_one_hour_and_not_a_second_longer(int seconds, HttpStatusCode status)
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var (_, email, _) = await client.StartAccountAsync();
        using var requested = await client.RecoverAsync(email);
        api.Clock.Pass(TimeSpan.FromSeconds(seconds));

        using var reset = await client.ResetAsync(await api.ReadTokenAsync(email, MailTemplate.ResetPassword));

        Assert.Equal(status, reset.StatusCode);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("iloveyou")]
    [InlineData("lovelace 1815")]
    public async Task A_refused_password_leaves_the_link_valid(string refused)
    {
        var (_, email, tokens) = await _client.StartAccountAsync("Ada Lovelace");
        using var requested = await _client.RecoverAsync(email);
        var link = await shared.Api.ReadTokenAsync(email, MailTemplate.ResetPassword);

        using var first = await _client.ResetAsync(link, refused);
        await first.AssertRefusedMembersAsync("new_password");
        await _client.AssertAliveAsync(tokens);
        using var second = await _client.ResetAsync(link);

        await second.AssertEmptyAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_link_does_not_work_once_its_user_is_inactive()
    {
        var (id, email, _) = await _client.StartAccountAsync();
        using var requested = await _client.RecoverAsync(email);
        await shared.Api.ChangeUserAsync(id, user => user.IsActive = false);

        using var reset = await _client.ResetAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.ResetPassword));

        await reset.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        Assert.Equal(["link_invalid"], await shared.Api.ReadEventsAsync(id, AuditTypes.PasswordReset));
    }

    [Theory]
    [InlineData("/api/auth/password-recovery", "{}", "email")]
    [InlineData("/api/auth/password-recovery", """{"email": 5}""", "email")]
    [InlineData("/api/auth/password-recovery", """{"email": "no address"}""", "email")]
    [InlineData("/api/auth/password-recovery", """{"email": "\ud800@example.com"}""", "email")]
    [InlineData("/api/auth/password-recovery", """{"email": "ada@example.com\r\nBcc: eve@example.com"}""", "email")]
    [InlineData("/api/auth/password-reset", "{}", "token", "new_password")]
    [InlineData("/api/auth/password-reset", """{"token": null, "new_password": null}""", "token", "new_password")]
    [InlineData("/api/auth/password-reset", """{"token": {}, "new_password": "nul\u0000in the middle"}""", "token", "new_password")]
    public async Task Invalid_members_are_reported(string route, string json, params string[] members)
    {
        using var refused = await _client.PostTextAsync(route, json);

        await refused.AssertRefusedMembersAsync(members);
    }
}
