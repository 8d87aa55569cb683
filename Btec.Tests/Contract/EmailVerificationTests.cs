using System.Net;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class EmailVerificationTests(DatabaseKind kind, SharedApi shared)
{
    private const string Route = "/api/auth/email-verification";
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : EmailVerificationTests(DatabaseKind.Sqlite, shared);

    public sealed class OnPostgres(PostgresApi shared) : EmailVerificationTests(DatabaseKind.Postgres, shared);

    [Fact]
    public async Task A_registration_mails_a_link_that_confirms_the_address()
    {
        var (id, email, tokens) = await _client.StartAccountAsync("Ada");

        var mail = Assert.Single(await shared.Api.ReadMailsAsync(email));
        using var confirmed = await _client.ConfirmAsync(mail.Values.Token!);

        Assert.Equal((MailTemplate.VerifyEmail, id, "Ada", TimeSpan.FromHours(24)), (mail.Template, mail.UserId, mail.Values.Name, mail.Values.ValidFor));
        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
        using var me = await _client.GetMeAsync(tokens.Access);
        Assert.True((await me.ReadJsonAsync()).GetProperty("email_verified").GetBoolean());
        Assert.Equal([AuditBatch.Success], await shared.Api.ReadEventsAsync(id, AuditTypes.UserRegistered));
        Assert.Equal([AuditBatch.Success], await shared.Api.ReadEventsAsync(id, AuditTypes.EmailVerified));
    }

    [Fact]
    public async Task A_new_link_supersedes_the_one_before()
    {
        var (id, email, tokens) = await _client.StartAccountAsync();
        var first = await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail);

        using var requested = await RequestAsync(tokens);
        var second = Assert.Single(await shared.Api.ReadTokensAsync(email, MailTemplate.VerifyEmail), token => token != first);
        using var superseded = await _client.ConfirmAsync(first);
        using var confirmed = await _client.ConfirmAsync(second);
        using var used = await _client.ConfirmAsync(second);

        await requested.AssertEmptyAsync(HttpStatusCode.Accepted);
        await superseded.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
        await used.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        Assert.Equal([AuditBatch.Success], await shared.Api.ReadEventsAsync(id, AuditTypes.EmailVerificationRequested));
    }

    [Fact]
    public async Task An_address_that_is_confirmed_is_mailed_no_link()
    {
        var (_, email, tokens) = await _client.StartAccountAsync();
        using var confirmed = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail));

        using var requested = await RequestAsync(tokens);

        await requested.AssertEmptyAsync(HttpStatusCode.Accepted);
        Assert.Single(await shared.Api.ReadMailsAsync(email));
    }

    [Fact]
    public async Task Of_fifty_who_follow_one_link_at_once_one_succeeds()
    {
        var (id, email, _) = await _client.StartAccountAsync();
        var link = await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var confirmed = await _client.ConfirmAsync(link);
            return confirmed.StatusCode;
        }));

        Assert.Equal([HttpStatusCode.NoContent, .. Enumerable.Repeat(HttpStatusCode.BadRequest, 49)], statuses.Order());
        Assert.Single(await shared.Api.ReadEventsAsync(id, AuditTypes.EmailVerified), outcome => outcome == AuditBatch.Success);
    }

    [Theory]
    [InlineData(86_399, HttpStatusCode.NoContent)]
    [InlineData(86_400, HttpStatusCode.BadRequest)]
    public async Task A_link_works_for_24_hours_and_not_a_second_longer(int seconds, HttpStatusCode status)
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var (_, email, _) = await client.StartAccountAsync();
        // Before a mail that nobody could send is given up, which takes as long.
        var token = await api.ReadTokenAsync(email, MailTemplate.VerifyEmail);
        api.Clock.Pass(TimeSpan.FromSeconds(seconds));

        using var confirmed = await client.ConfirmAsync(token);

        Assert.Equal(status, confirmed.StatusCode);
    }

    [Fact]
    public async Task A_link_of_a_user_who_is_inactive_does_not_work()
    {
        var (id, email, _) = await _client.StartAccountAsync();
        await shared.Api.ChangeUserAsync(id, user => user.IsActive = false);

        using var confirmed = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail));

        await confirmed.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
    }

    [Fact]
    public async Task A_link_that_sets_a_password_confirms_nothing_and_the_other_way_round()
    {
        var (_, email, _) = await _client.StartAccountAsync();
        using var recovery = await _client.RecoverAsync(email);

        using var confirmed = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.ResetPassword));
        using var reset = await _client.ResetAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail));

        await confirmed.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        await reset.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("nul\0nul")]
    [InlineData("' OR 1=1 --")]
    [InlineData("ÄÖÜ🔑")]
    [InlineData("long")]
    public async Task A_token_that_nobody_was_mailed_is_no_link(string token)
    {
        using var confirmed = await _client.ConfirmAsync(token == "long" ? new string('A', 60_000) : token);

        await confirmed.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"token": null}""")]
    [InlineData("""{"token": 5}""")]
    [InlineData("""{"token": "\ud800"}""")]
    public async Task What_is_no_text_is_refused_by_name(string json)
    {
        using var refused = await _client.PostTextAsync(Route + "/confirm", json);

        await refused.AssertRefusedMembersAsync("token");
    }

    [Fact]
    public async Task Only_a_caller_may_ask_for_a_link()
    {
        using var response = await _client.SendJsonAsync(HttpMethod.Post, Route, accessToken: null, body: null);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
    }

    private Task<HttpResponseMessage> RequestAsync(Tokens tokens) =>
        _client.SendJsonAsync(HttpMethod.Post, Route, tokens.Access, body: null);
}
