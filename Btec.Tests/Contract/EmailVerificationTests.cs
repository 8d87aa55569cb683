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

        Assert.Equal(
            (MailTemplate.VerifyEmail, id, "Ada", TimeSpan.FromHours(24)),
            (mail.Template, mail.UserId, mail.Values.Name, mail.Values.ValidFor));
        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
        using var me = await _client.GetMeAsync(tokens.Access);
        Assert.True((await me.ReadJsonAsync()).GetProperty("email_verified").GetBoolean());
        Assert.Equal([AuditBatch.Success], await shared.Api.ReadEventsAsync(id, AuditTypes.UserRegistered));
        Assert.Equal([AuditBatch.Success], await shared.Api.ReadEventsAsync(id, AuditTypes.EmailVerified));
    }

    [Fact]
    public async Task A_new_link_supersedes_the_previous_one()
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
    public async Task A_confirmed_address_is_sent_no_link()
    {
        var (_, email, tokens) = await _client.StartAccountAsync();
        using var confirmed = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail));

        using var requested = await RequestAsync(tokens);

        await requested.AssertEmptyAsync(HttpStatusCode.Accepted);
        Assert.Single(await shared.Api.ReadMailsAsync(email));
    }

    [Fact]
    public async Task When_fifty_callers_follow_one_link_at_once_one_succeeds()
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
        // Read before the clock moves: an undeliverable mail is abandoned after the same 24 hours.
        var token = await api.ReadTokenAsync(email, MailTemplate.VerifyEmail);
        api.Clock.Pass(TimeSpan.FromSeconds(seconds));

        using var confirmed = await client.ConfirmAsync(token);

        Assert.Equal(status, confirmed.StatusCode);
    }

    [Fact]
    public async Task A_link_of_an_inactive_user_does_not_work()
    {
        var (id, email, _) = await _client.StartAccountAsync();
        await shared.Api.ChangeUserAsync(id, user => user.IsActive = false);

        using var confirmed = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail));

        await confirmed.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
    }

    [Fact]
    [Asvs("2.3.1")]
    public async Task A_password_reset_link_confirms_no_address_and_vice_versa()
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
    public async Task A_token_that_was_never_mailed_is_refused(string token)
    {
        using var confirmed = await _client.ConfirmAsync(token == "long" ? new string('A', 60_000) : token);

        await confirmed.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
    }

    /// <summary>The last character of 43 holds two bits more than the token has. A second spelling would have a rate limit of its
    /// own.</summary>
    [Fact]
    public async Task A_token_has_one_spelling()
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var (_, email, _) = await _client.StartAccountAsync();
        var link = await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail);

        using var respelled = await _client.ConfirmAsync(link[..^1] + Alphabet[Alphabet.IndexOf(link[^1], StringComparison.Ordinal) + 1]);
        using var confirmed = await _client.ConfirmAsync(link);

        await respelled.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"token": null}""")]
    [InlineData("""{"token": 5}""")]
    [InlineData("""{"token": "\ud800"}""")]
    public async Task A_token_that_is_not_a_string_is_refused(string json)
    {
        using var refused = await _client.PostTextAsync(Route + "/confirm", json);

        await refused.AssertRefusedMembersAsync("token");
    }

    [Theory]
    [InlineData("5")]
    [InlineData("\"\\ud800\"")]
    public async Task A_password_that_is_not_a_string_is_refused(string json)
    {
        using var refused = await _client.PostTextAsync(Route + "/confirm", $$"""{"token": "x", "password": {{json}} }""");

        await refused.AssertRefusedMembersAsync("password");
    }

    [Fact]
    public async Task Requesting_a_link_requires_an_access_token()
    {
        using var response = await _client.SendJsonAsync(HttpMethod.Post, Route, accessToken: null, body: null);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
    }

    private Task<HttpResponseMessage> RequestAsync(Tokens tokens) =>
        _client.SendJsonAsync(HttpMethod.Post, Route, tokens.Access, body: null);
}
