using System.Net;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

public abstract class EmailChangeTests(SharedApi shared)
{
    private const string Route = "/api/users/me/email";
    private readonly HttpClient _client = shared.Api.CreateClient();
    private readonly string _newEmail = ApiMoves.NewEmail();

    public sealed class OnSqlite(SqliteApi shared) : EmailChangeTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : EmailChangeTests(shared);

    [Fact]
    public async Task The_address_changes_when_the_link_is_followed_and_the_old_address_is_notified_twice()
    {
        var (id, email, tokens) = await _client.StartAccountAsync("Ada");

        await _client.ChangeEmailAsync(tokens, $" {_newEmail.ToUpperInvariant()} ");
        using var before = await _client.GetMeAsync(tokens.Access);
        var link = Assert.Single(await shared.Api.ReadMailsAsync(_newEmail));
        using var confirmed = await _client.ConfirmAsync(link.Values.Token!);
        using var after = await _client.GetMeAsync((await _client.RefreshAsync(tokens.Refresh)).Access);

        Assert.Equal(email, (await before.ReadJsonAsync()).GetProperty("email").GetString());
        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
        var user = await after.ReadJsonAsync();
        Assert.Equal(_newEmail, user.GetProperty("email").GetString());
        Assert.True(user.GetProperty("email_verified").GetBoolean());
        Assert.Equal((MailTemplate.ConfirmNewEmail, TimeSpan.FromHours(24)), (link.Template, link.Values.ValidFor));
        var notices = (await shared.Api.ReadMailsAsync(email)).Where(mail => mail.Template != MailTemplate.VerifyEmail).ToList();
        Assert.Equal(
            [MailTemplate.EmailChangeRequested, MailTemplate.EmailChanged], notices.Select(mail => mail.Template).Order());
        Assert.All(notices, mail => Assert.Equal((_newEmail, null), (mail.Values.OtherAddress, mail.Values.Token)));
        Assert.Equal([AuditBatch.Success], await shared.Api.ReadEventsAsync(id, AuditTypes.EmailChangeRequested));
        Assert.Equal([AuditBatch.Success], await shared.Api.ReadEventsAsync(id, AuditTypes.EmailChanged));
    }

    /// <summary>Otherwise the next owner of the old address would share <c>sub</c> with the user who had it (OpenID Connect Core 1.0
    /// section 5.7).</summary>
    [Fact]
    [Asvs("10.3.3")]
    public async Task A_token_with_the_old_address_is_refused_and_a_refresh_returns_one_with_the_new_address()
    {
        var (id, email, tokens) = await _client.StartAccountAsync();
        await _client.ChangeEmailAsync(tokens, _newEmail);
        using var requested = await _client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, requested.StatusCode);
        using var confirmed = await ConfirmAsync(_newEmail);
        await _client.RegisterAsync(email);

        using var old = await _client.GetMeAsync(tokens.Access);
        var refreshed = await _client.RefreshAsync(tokens.Refresh);

        await old.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        Assert.Contains("error=\"invalid_token\"", old.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        var claims = TokenForge.Open(refreshed.Access).Claims;
        Assert.Equal(_newEmail, claims.GetProperty("sub").GetString());
        Assert.Equal(id, claims.GetProperty("uid").GetInt32());
        Assert.True(claims.GetProperty("email_verified").GetBoolean());
        Assert.Equal(tokens.SessionId, refreshed.SessionId);
        await _client.AssertAliveAsync(refreshed);
        await _client.LoginAsync(_newEmail);
    }

    [Fact]
    public async Task A_token_with_the_old_address_can_still_end_its_session()
    {
        var (_, _, tokens) = await _client.StartAccountAsync();
        await _client.ChangeEmailAsync(tokens, _newEmail);
        using var confirmed = await ConfirmAsync(_newEmail);

        using var revoked = await _client.PostFormAsync("/api/auth/revoke", ("token", tokens.Access));

        await _client.AssertEndedAsync(tokens);
    }

    [Fact]
    public async Task A_taken_address_gets_the_same_response_and_no_link()
    {
        var (_, _, tokens) = await _client.StartAccountAsync();
        var taken = ApiMoves.NewEmail();
        await _client.RegisterAsync(taken, fullName: "Grace");

        using var known = await SendAsync(tokens, taken);
        using var unknown = await SendAsync(tokens, _newEmail);

        await known.AssertEmptyAsync(HttpStatusCode.Accepted);
        await unknown.AssertEmptyAsync(HttpStatusCode.Accepted);
        Assert.Equal(HeadersOf(known), HeadersOf(unknown));
        var notice = Assert.Single(await shared.Api.ReadMailsAsync(taken), mail => mail.Template != MailTemplate.VerifyEmail);
        Assert.Equal((MailTemplate.AlreadyRegistered, null, "Grace"), (notice.Template, notice.Values.Token, notice.Values.Name));
        Assert.Equal(0, await shared.Api.WithDatabaseAsync(database => database.OneTimeTokens
            .CountAsync(token => token.Email == taken && token.Purpose == OneTimeTokenPurpose.ChangeEmail)));
    }

    [Fact]
    public async Task An_address_taken_in_the_meantime_is_a_conflict_and_changes_nothing()
    {
        var (id, email, tokens) = await _client.StartAccountAsync();
        await _client.ChangeEmailAsync(tokens, _newEmail);
        await _client.RegisterAsync(_newEmail);

        using var confirmed = await ConfirmAsync(_newEmail);

        await confirmed.AssertProblemAsync(HttpStatusCode.Conflict, "email_taken");
        using var me = await _client.GetMeAsync(tokens.Access);
        Assert.Equal(email, (await me.ReadJsonAsync()).GetProperty("email").GetString());
        Assert.DoesNotContain(await shared.Api.ReadMailsAsync(email), mail => mail.Template == MailTemplate.EmailChanged);
        Assert.Equal(["email_taken"], await shared.Api.ReadEventsAsync(id, AuditTypes.EmailChanged));
    }

    [Fact]
    public async Task When_two_users_confirm_one_address_at_once_one_gets_it()
    {
        var (_, _, first) = await _client.StartAccountAsync();
        var (_, _, second) = await _client.StartAccountAsync();
        await _client.ChangeEmailAsync(first, _newEmail);
        await _client.ChangeEmailAsync(second, _newEmail);
        var links = await shared.Api.ReadTokensAsync(_newEmail, MailTemplate.ConfirmNewEmail);

        var statuses = await Task.WhenAll(links.Select(async link =>
        {
            using var confirmed = await _client.ConfirmAsync(link);
            return confirmed.StatusCode;
        }));

        Assert.Equal([HttpStatusCode.NoContent, HttpStatusCode.Conflict], statuses.Order());
    }

    [Fact]
    public async Task A_later_request_supersedes_the_earlier_link()
    {
        var (_, _, tokens) = await _client.StartAccountAsync();
        var later = ApiMoves.NewEmail();
        await _client.ChangeEmailAsync(tokens, _newEmail);
        await _client.ChangeEmailAsync(tokens, later);

        using var superseded = await ConfirmAsync(_newEmail);
        using var confirmed = await ConfirmAsync(later);

        await superseded.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Changing_the_address_invalidates_every_other_link()
    {
        var (_, email, tokens) = await _client.StartAccountAsync();
        using var recovery = await _client.RecoverAsync(email);
        await _client.ChangeEmailAsync(tokens, _newEmail);
        using var confirmed = await ConfirmAsync(_newEmail);

        using var reset = await _client.ResetAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.ResetPassword));
        using var verify = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail));

        await reset.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        await verify.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
    }

    [Fact]
    [Asvs("7.5.1")]
    public async Task A_wrong_password_sends_no_mail_and_is_audited()
    {
        var (id, email, tokens) = await _client.StartAccountAsync();

        using var refused = await SendAsync(tokens, _newEmail, "a wrong password");

        await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
        Assert.Empty(await shared.Api.ReadMailsAsync(_newEmail));
        Assert.DoesNotContain(await shared.Api.ReadMailsAsync(email), mail => mail.Template == MailTemplate.EmailChangeRequested);
        Assert.Equal(["password_wrong"], await shared.Api.ReadEventsAsync(id, AuditTypes.EmailChangeRequested));
    }

    [Theory]
    [InlineData("no address")]
    [InlineData("")]
    [InlineData("a@b\r\nBcc: x@example.com")]
    [InlineData("a\u200b@example.com")]
    public async Task An_invalid_address_is_refused(string email)
    {
        var (_, _, tokens) = await _client.StartAccountAsync();

        using var refused = await SendAsync(tokens, email);

        await refused.AssertRefusedMembersAsync("email");
    }

    [Fact]
    public async Task Without_a_token_the_body_is_not_read()
    {
        using var response = await _client.PostTextAsync(Route, "{");

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
    }

    private Task<HttpResponseMessage> SendAsync(Tokens tokens, string email, string password = ApiMoves.Password) =>
        _client.SendJsonAsync(HttpMethod.Post, Route, tokens.Access, new { email, password });

    private async Task<HttpResponseMessage> ConfirmAsync(string newEmail) =>
        await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(newEmail, MailTemplate.ConfirmNewEmail));

    private static List<string> HeadersOf(HttpResponseMessage response) =>
        [.. response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}")];
}
