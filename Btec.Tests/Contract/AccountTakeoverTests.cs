using System.Net;
using System.Text.Json;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

/// <summary>The fate of what was on an account before its address was confirmed, when somebody confirms
/// the address: with the mailbox alone, or with the mailbox and the account.</summary>
public abstract class AccountTakeoverTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : AccountTakeoverTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : AccountTakeoverTests(shared);

    [Fact]
    public async Task The_owner_of_a_mailbox_takes_over_and_neither_passkey_nor_session_of_the_stranger_stays()
    {
        var (id, email, stranger, passkey) = await _client.StartAccountWithPasskeyAsync();
        var another = new SoftAuthenticator();
        var begun = await _client.StartPasskeyAsync(stranger.Access);
        var asked = await _client.StartPasskeyLoginAsync();
        var byPasskey = await _client.LoginWithPasskeyAsync(passkey);

        await TakeOverAsync(email);

        Assert.Equal((0, false), await shared.Api.CountFactorsAsync(id));
        await _client.AssertEndedAsync(stranger);
        await _client.AssertEndedAsync(byPasskey);
        using (var added = await _client.TryAddPasskeyAsync(stranger.Access, begun, another.Create(begun.Options)))
            await added.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");

        using (var login = await _client.TryLoginWithPasskeyAsync(asked, passkey.Get(asked.Options)))
            await login.AssertPasskeyInvalidAsync(isUnknown: true);

        using var me = await _client.GetMeAsync(await _client.LoginAsync(email, AccountMoves.OtherPassword));
        Assert.True((await me.ReadJsonAsync()).GetProperty("email_verified").GetBoolean());
        var reset = Assert.Single(await shared.Api.GetAuditAsync(id, AuditTypes.PasswordReset));
        Assert.Equal(1, reset.GetProperty("details").GetProperty("factors_removed").GetInt32());
    }

    [Fact]
    public async Task No_consent_and_no_name_of_the_stranger_stays()
    {
        var (id, email, _) = await _client.StartAccountAsync("Call 0900 5550 now");
        await AddGrantAsync(id);

        await TakeOverAsync(email);

        using var me = await _client.GetMeAsync(await _client.LoginAsync(email, AccountMoves.OtherPassword));
        Assert.Equal(JsonValueKind.Null, (await me.ReadJsonAsync()).GetProperty("full_name").ValueKind);
        Assert.Equal(0, await CountGrantsAsync(id));
        var reset = Assert.Single(await shared.Api.GetAuditAsync(id, AuditTypes.PasswordReset));
        Assert.Equal(1, reset.GetProperty("details").GetProperty("grants_removed").GetInt32());
    }

    [Fact]
    public async Task A_reset_of_a_confirmed_address_leaves_name_and_consents()
    {
        var (id, email, _) = await _client.StartAccountAsync("Ada Lovelace");
        using var confirmed = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail));
        await AddGrantAsync(id);

        await TakeOverAsync(email);

        using var me = await _client.GetMeAsync(await _client.LoginAsync(email, AccountMoves.OtherPassword));
        Assert.Equal("Ada Lovelace", (await me.ReadJsonAsync()).GetProperty("full_name").GetString());
        Assert.Equal(1, await CountGrantsAsync(id));
    }

    [Fact]
    public async Task The_name_of_an_invitation_stays()
    {
        var superuser = await shared.Api.StartSessionOfSuperuserAsync();
        var email = ApiMoves.NewEmail();
        using var created = await _client.SendJsonAsync(
            HttpMethod.Post, "/api/users", superuser.Access, new { email, full_name = "Ada Lovelace" });

        using var reset = await _client.ResetAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.Invitation));

        await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
        using var me = await _client.GetMeAsync(await _client.LoginAsync(email, AccountMoves.OtherPassword));
        Assert.Equal("Ada Lovelace", (await me.ReadJsonAsync()).GetProperty("full_name").GetString());
    }

    [Fact]
    public async Task An_invitation_takes_over_like_a_recovery()
    {
        var superuser = await shared.Api.StartSessionOfSuperuserAsync();
        var email = ApiMoves.NewEmail();
        using var created = await _client.SendJsonAsync(HttpMethod.Post, "/api/users", superuser.Access, new { email });
        var id = (await created.ReadJsonAsync()).GetProperty("id").GetInt32();
        await shared.Api.AddPasskeyRowAsync(id);

        using var reset = await _client.ResetAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.Invitation));

        await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
        Assert.Equal((0, false), await shared.Api.CountFactorsAsync(id));
    }

    [Fact]
    [Asvs("6.4.3")]
    public async Task A_reset_leaves_the_factors_of_a_confirmed_address()
    {
        var (id, email, _) = await _client.StartAccountAsync();
        using var confirmed = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail));
        await shared.Api.AddPasskeyRowAsync(id);

        await TakeOverAsync(email);

        Assert.Equal((1, true), await shared.Api.CountFactorsAsync(id));
        Assert.Null(Assert.Single(await shared.Api.GetAuditAsync(id, AuditTypes.PasswordReset)).GetProperty("details").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_shows_that_the_account_is_theirs_keeps_their_factors(bool withPassword)
    {
        var (id, email, tokens) = await _client.StartAccountAsync();
        await shared.Api.AddPasskeyRowAsync(id);

        using var confirmed = await _client.ConfirmAsync(
            await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail),
            withPassword ? ApiMoves.Password : null,
            withPassword ? null : tokens.Access);

        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
        Assert.Equal((1, true), await shared.Api.CountFactorsAsync(id));
        await _client.AssertAliveAsync(tokens);
    }

    [Fact]
    public async Task A_link_without_a_proof_of_the_account_removes_nothing()
    {
        var (id, email, tokens) = await _client.StartAccountAsync();
        await shared.Api.AddPasskeyRowAsync(id);

        using var refused = await _client.ConfirmAsync(
            await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail), AccountMoves.OtherPassword);

        await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
        Assert.Equal((1, true), await shared.Api.CountFactorsAsync(id));
        await _client.AssertAliveAsync(tokens);
    }

    [Fact]
    public async Task An_address_that_a_superuser_set_counts_as_not_confirmed_and_recovery_through_it_is_a_takeover()
    {
        var superuser = await shared.Api.StartSessionOfSuperuserAsync();
        var (id, email, tokens) = await _client.StartAccountAsync();
        using var confirmed = await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.VerifyEmail));
        await shared.Api.AddPasskeyRowAsync(id);
        var moved = ApiMoves.NewEmail();
        using var changed = await _client.SendJsonAsync(
            HttpMethod.Patch, $"/api/users/{id}", superuser.Access, new { email = moved });
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal((1, true), await shared.Api.CountFactorsAsync(id));

        await TakeOverAsync(moved);

        Assert.Equal((0, false), await shared.Api.CountFactorsAsync(id));
        await _client.AssertEndedAsync(tokens);
    }

    private Task<int> AddGrantAsync(int userId) => shared.Api.WithDatabaseAsync(database =>
    {
        var now = shared.Api.Clock.GetUtcNow();
        database.Add(new ClientGrant
        {
            UserId = userId,
            ClientId = "the-application",
            Scopes = ["openid", "offline_access"],
            CreatedAt = now,
            UpdatedAt = now,
        });
        return database.SaveChangesAsync();
    });

    private Task<int> CountGrantsAsync(int userId) => shared.Api.WithDatabaseAsync(database =>
        database.ClientGrants.CountAsync(grant => grant.UserId == userId));

    private async Task TakeOverAsync(string email)
    {
        using var recovery = await _client.RecoverAsync(email);
        using var reset = await _client.ResetAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.ResetPassword));
        await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
    }
}
