using System.Net;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class PasswordChangeTests(SharedApi shared)
{
    private const string Route = "/api/users/me/password";
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : PasswordChangeTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : PasswordChangeTests(shared);

    [Fact]
    [Asvs("6.2.2")]
    public async Task Only_the_new_password_logs_in_afterwards()
    {
        var (id, email, tokens) = await _client.StartAccountAsync();

        using var changed = await ChangeAsync(tokens);

        await changed.AssertEmptyAsync(HttpStatusCode.NoContent);
        using var old = await _client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
        await old.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        await _client.LoginAsync(email, AccountMoves.OtherPassword);
        Assert.Equal([AuditBatch.Success], await shared.Api.ReadEventsAsync(id, AuditTypes.PasswordChanged));
    }

    [Fact]
    [Asvs("7.4.3")]
    public async Task Every_other_session_ends_and_the_current_one_survives()
    {
        var (_, email, tokens) = await _client.StartAccountAsync();
        var other = await _client.StartSessionAsync(email);
        var third = await _client.RefreshAsync((await _client.StartSessionAsync(email)).Refresh);
        var otherUser = await _client.StartSessionOfNewUserAsync();

        using var changed = await ChangeAsync(tokens);

        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        await _client.AssertEndedAsync(other);
        await _client.AssertEndedAsync(third);
        await _client.AssertAliveAsync(tokens);
        await _client.AssertAliveAsync(otherUser);
    }

    [Fact]
    public async Task Mailed_links_are_invalidated_and_the_user_is_notified()
    {
        var (_, email, tokens) = await _client.StartAccountAsync("Ada");
        var newEmail = ApiMoves.NewEmail();
        using var recovery = await _client.RecoverAsync(email);
        await _client.ChangeEmailAsync(tokens, newEmail);

        using var changed = await ChangeAsync(tokens);

        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        using var verify = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail));
        await verify.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        using var change = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(newEmail, MailTemplate.ConfirmNewEmail));
        await change.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        using var reset = await _client.ResetAsync(
            await shared.Api.ReadTokenAsync(email, MailTemplate.ResetPassword), "yet another one");
        await reset.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        var notice = Assert.Single(await shared.Api.ReadMailsAsync(email), mail => mail.Template == MailTemplate.PasswordChanged);
        Assert.Null(notice.Values.Token);
        Assert.Equal("Ada", notice.Values.Name);
    }

    [Fact]
    [Asvs("6.2.3")]
    public async Task A_wrong_current_password_changes_nothing_and_is_audited()
    {
        var (id, email, tokens) = await _client.StartAccountAsync();
        var other = await _client.StartSessionAsync(email);

        foreach (var wrong in new[] { "a wrong password", "", "nul\0nul\0", new string('a', 73), new string('a', 60_000) })
        {
            using var refused = await ChangeAsync(tokens, wrong);
            await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
        }

        await _client.AssertAliveAsync(other);
        await _client.LoginAsync(email);
        Assert.Equal(
            [.. Enumerable.Repeat("password_wrong", 5)], await shared.Api.ReadEventsAsync(id, AuditTypes.PasswordChanged));
        Assert.DoesNotContain(await shared.Api.ReadMailsAsync(email), mail => mail.Template == MailTemplate.PasswordChanged);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("iloveyou")]
    [InlineData("nul\0in the middle")]
    [InlineData("Lovelace-1815")]
    public async Task A_refused_new_password_changes_nothing(string newPassword)
    {
        var (_, email, tokens) = await _client.StartAccountAsync("Ada Lovelace");

        using var refused = await ChangeAsync(tokens, newPassword: newPassword);

        await refused.AssertRefusedMembersAsync("new_password");
        await _client.LoginAsync(email);
    }

    [Theory]
    [InlineData("{}", "current_password", "new_password")]
    [InlineData("""{"current_password": null, "new_password": 5}""", "current_password", "new_password")]
    [InlineData("""{"current_password": "correct horse battery"}""", "new_password")]
    [InlineData("""{"current_password": "\ud800", "new_password": "\ud800 battery"}""", "current_password", "new_password")]
    public async Task All_invalid_members_are_reported_at_once(string json, params string[] members)
    {
        var (_, _, tokens) = await _client.StartAccountAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Route)
        {
            Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", tokens.Access);

        using var refused = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        await refused.AssertRefusedMembersAsync(members);
    }

    [Fact]
    public async Task Of_twenty_simultaneous_changes_one_succeeds_and_only_its_session_survives()
    {
        var (_, email, first) = await _client.StartAccountAsync();
        List<Tokens> sessions = [first];
        while (sessions.Count < 20)
            sessions.Add(await _client.StartSessionAsync(email));

        var answers = await Task.WhenAll(sessions.Select(async (tokens, number) =>
        {
            using var changed = await ChangeAsync(tokens, newPassword: $"staple number {number}");
            return (changed.StatusCode, Number: number);
        }));

        var winner = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent).Number;
        Assert.All(
            answers.Where(answer => answer.Number != winner),
            answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized }));
        await _client.LoginAsync(email, $"staple number {winner}");
        await _client.AssertAliveAsync(sessions[winner]);
        foreach (var (tokens, number) in sessions.Select((tokens, number) => (tokens, number)))
        {
            if (number != winner)
                await _client.AssertEndedAsync(tokens);
        }
    }

    [Fact]
    public async Task Without_a_token_the_body_is_not_read()
    {
        using var response = await _client.PostTextAsync(Route, "{");

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
    }

    private Task<HttpResponseMessage> ChangeAsync(
        Tokens tokens, string currentPassword = ApiMoves.Password, string newPassword = AccountMoves.OtherPassword) =>
        _client.SendJsonAsync(
            HttpMethod.Post, Route, tokens.Access, new { current_password = currentPassword, new_password = newPassword });
}
