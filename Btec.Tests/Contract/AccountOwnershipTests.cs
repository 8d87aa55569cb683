using System.Diagnostics.Metrics;
using System.Net;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Btec.Tests.Protection;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Contract;

/// <summary>Accounts that somebody registered with the address of somebody else, who then follows a link or recovers the password.
/// The registration works at once, as in the default mode.</summary>
public abstract class AccountOwnershipTests(DatabaseKind kind, SharedApi shared)
{
    private const string Wrong = "not the password";
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : AccountOwnershipTests(DatabaseKind.Sqlite, shared);

    public sealed class OnPostgres(PostgresApi shared) : AccountOwnershipTests(DatabaseKind.Postgres, shared);

    [Fact]
    public async Task The_click_of_the_owner_does_not_bless_an_account_that_somebody_else_registered()
    {
        var (id, email, tokens) = await _client.StartAccountAsync();
        var (_, _, others) = await _client.StartAccountAsync();
        var ended = await _client.StartSessionAsync(email);
        using var loggedOut = await _client.LogOutAsync(ended.Access);
        var link = await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail);

        foreach (var (password, token) in new (string?, string?)[]
            { (null, null), (Wrong, null), (null, others.Access), (null, ended.Access), (null, "no.access.token"), (Wrong, others.Access) })
        {
            using var refused = await _client.ConfirmAsync(link, password, token);
            await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
        }

        Assert.False(await IsVerifiedAsync(tokens));
        Assert.Equal([.. Enumerable.Repeat("password_wrong", 6)], await shared.Api.ReadEventsAsync(id, AuditTypes.EmailVerified));
        using var confirmed = await _client.ConfirmAsync(link);
        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
        Assert.True(await IsVerifiedAsync(tokens));
    }

    [Fact]
    public async Task An_access_token_of_the_account_confirms_the_address_without_a_password()
    {
        var (_, email, tokens) = await _client.StartAccountAsync();

        using var confirmed = await _client.ConfirmAsync(
            await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail), password: null, tokens.Access);

        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
        Assert.True(await IsVerifiedAsync(tokens));
    }

    [Fact]
    public async Task The_owner_takes_the_account_over_by_recovery_and_nothing_of_the_stranger_stays_valid()
    {
        var (id, email, strangers) = await _client.StartAccountAsync();
        var foreign = ApiMoves.NewEmail();
        await _client.ChangeEmailAsync(strangers, foreign);
        using var recovery = await _client.RecoverAsync(email);
        using var reset = await _client.ResetAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.ResetPassword));
        await reset.AssertEmptyAsync(HttpStatusCode.NoContent);

        using var change = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(foreign, MailTemplate.ConfirmNewEmail));
        using var verify = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail));
        using var login = await _client.TryLoginAsync(email);

        await change.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        await verify.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        await login.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        await _client.AssertEndedAsync(strangers);
        using var me = await _client.GetMeAsync(await _client.LoginAsync(email, AccountMoves.OtherPassword));
        var user = await me.ReadJsonAsync();
        Assert.Equal((id, true), (user.GetProperty("id").GetInt32(), user.GetProperty("email_verified").GetBoolean()));
    }

    [Fact]
    public async Task Confirming_the_address_voids_a_change_of_it_that_was_requested_before_and_no_recovery_link()
    {
        var (_, email, tokens) = await _client.StartAccountAsync();
        var foreign = ApiMoves.NewEmail();
        await _client.ChangeEmailAsync(tokens, foreign);
        using var recovery = await _client.RecoverAsync(email);
        using var confirmed = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail));

        using var change = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(foreign, MailTemplate.ConfirmNewEmail));
        using var reset = await _client.ResetAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.ResetPassword));

        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
        await change.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no.access.token")]
    public async Task A_change_of_address_needs_the_token_alone(string? accessToken)
    {
        var (_, _, tokens) = await _client.StartAccountAsync();
        var email = ApiMoves.NewEmail();
        await _client.ChangeEmailAsync(tokens, email);

        using var confirmed = await _client.ConfirmAsync(
            await shared.Api.ReadTokenAsync(email, MailTemplate.ConfirmNewEmail), password: null, accessToken);

        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_link_makes_the_password_no_easier_to_guess_than_a_login()
    {
        await using var api = await BtecApi.StartAsync(kind, LimitedApi.Settings());
        var email = ApiMoves.NewEmail();
        await api.From("192.0.2.1").RegisterAsync(email);
        var link = await api.ReadTokenAsync(email, MailTemplate.VerifyEmail);
        var stranger = api.From("203.0.113.7");
        using var hashes = new PasswordHashCounter(api.Services.GetRequiredService<IMeterFactory>());

        for (var guess = 0; guess < 6; guess++)
        {
            // From the fifth failure on, the right password is refused like a wrong one, after the same work.
            using var refused = await stranger.ConfirmAsync(link, guess < 5 ? Wrong : ApiMoves.Password);
            await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
        }

        Assert.Equal([.. Enumerable.Repeat("verify", 6)], hashes.Operations);
        using var login = await stranger.TryLoginAsync(email);
        await login.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        using var confirmed = await api.From("198.51.100.7").ConfirmAsync(link);
        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
    }

    private async Task<bool> IsVerifiedAsync(Tokens tokens)
    {
        using var me = await _client.GetMeAsync(tokens.Access);
        return (await me.ReadJsonAsync()).GetProperty("email_verified").GetBoolean();
    }
}
