using System.Net;
using Btec.Api.Platform.BearerTokens;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Btec.Tests.StepUp;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.SecondFactors;

/// <summary>The access to the routes that change second factors, and the age and strength of the proof of identity that they
/// require.</summary>
public abstract class FactorAccessTests(OwnApi own)
{
    private readonly BtecApi _api = own.Api;
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : FactorAccessTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : FactorAccessTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task Nobody_is_answered_without_a_token()
    {
        var id = Guid.CreateVersion7();
        foreach (var (method, path) in new[]
        {
            ("GET", FactorMoves.FactorsRoute), ("POST", FactorMoves.TotpRoute), ("POST", $"{FactorMoves.TotpRoute}/{id}/confirm"),
            ("DELETE", $"{FactorMoves.TotpRoute}/{id}"), ("POST", FactorMoves.CodesRoute),
        })
        {
            using var response = await _client.SendJsonAsync(HttpMethod.Parse(method), path, accessToken: null, new { code = "123456" });
            await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        }
    }

    [Fact]
    public async Task Changes_ask_for_a_recent_proof_and_reading_and_confirming_do_not()
    {
        var user = await _api.StartAccountWithTotpAsync();
        var waiting = await _api.BeginTotpAsync(user.Tokens);

        _api.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        using var justInTime = await _client.ReplaceCodesAsync(user.Tokens);
        _api.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(HttpStatusCode.OK, justInTime.StatusCode);
        await AssertStepUpAsync(user);
        Assert.Single((await _client.ListFactorsAsync(user.Tokens)).Items);
        using var confirmed = await _client.ConfirmTotpAsync(user.Tokens, waiting.Id, waiting.CodeAt());
        Assert.Equal(HttpStatusCode.OK, confirmed.StatusCode);
        await AssertStepUpAsync(user);
    }

    [Fact]
    public async Task The_password_alone_is_too_weak_for_a_user_with_a_second_factor()
    {
        var user = await _api.StartAccountWithTotpAsync();
        var id = Guid.Parse(user.Tokens.SessionId);
        await _api.WithDatabaseAsync(database => database.Sessions.Where(session => session.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.Amr, "pwd")));

        await AssertStepUpAsync(user);
    }

    [Fact]
    public async Task What_a_session_of_one_factor_has_begun_is_not_completed_after_the_owner_has_added_a_passkey()
    {
        var (id, email, stranger) = await _api.StartConfirmedAccountAsync();
        var owner = await _client.StartSessionAsync(email);
        var (waiting, challenge) = (await _api.BeginTotpAsync(stranger), await _client.StartPasskeyAsync(stranger.Access));
        await _client.AddPasskeyAsync(owner.Access, new SoftAuthenticator());

        using var confirmed = await _client.ConfirmTotpAsync(stranger, waiting.Id, waiting.CodeAt());
        using var added = await _client.TryAddPasskeyAsync(stranger.Access, challenge, new SoftAuthenticator().Create(challenge.Options));

        await confirmed.AssertStepUpRequiredAsync(StepUpRule.TwoFactors);
        await added.AssertStepUpRequiredAsync(StepUpRule.TwoFactors);
        Assert.Single((await _client.ListFactorsAsync(owner)).Items);
        Assert.Equal(0, await _api.WithDatabaseAsync(database => database.TotpFactors.CountAsync(factor => factor.UserId == id)));
        Assert.Equal(0, await _api.WithDatabaseAsync(database => database.PasskeyChallenges.CountAsync(row => row.UserId == id)));
    }

    [Fact]
    public async Task Other_additions_begin_again_when_a_factor_is_added()
    {
        var (_, _, tokens) = await _api.StartConfirmedAccountAsync();
        var waiting = await _api.BeginTotpAsync(tokens);
        await _client.AddPasskeyAsync(tokens.Access, new SoftAuthenticator());
        using var confirmed = await _client.ConfirmTotpAsync(tokens, waiting.Id, waiting.CodeAt());
        await confirmed.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");

        var challenge = await _client.StartPasskeyAsync(tokens.Access);
        await _api.AddTotpAsync(tokens);
        using var added = await _client.TryAddPasskeyAsync(tokens.Access, challenge, new SoftAuthenticator().Create(challenge.Options));

        await added.AssertRefusedMembersAsync("challenge_id");
        Assert.Equal(2, (await _client.ListFactorsAsync(tokens)).Items.Count);
    }

    [Fact]
    public async Task A_password_in_between_is_too_weak_to_confirm_a_further_authenticator()
    {
        var user = await _api.StartAccountWithTotpAsync();
        var waiting = await _api.BeginTotpAsync(user.Tokens);
        _api.Clock.Advance(TimeSpan.FromMinutes(6));
        await _client.StepUpAsync(user.Tokens.Access, new { password = ApiMoves.Password });

        using var confirmed = await _client.ConfirmTotpAsync(user.Tokens, waiting.Id, waiting.CodeAt());

        await confirmed.AssertStepUpRequiredAsync(StepUpRule.TwoFactors);
        Assert.Single((await _client.ListFactorsAsync(user.Tokens)).Items);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_of_the_address_begins_again_when_a_factor_is_added(bool isPasskey)
    {
        var (id, email, tokens) = await _api.StartConfirmedAccountAsync();
        var other = ApiMoves.NewEmail();
        await _client.ChangeEmailAsync(tokens, other);
        var link = await _api.ReadTokenAsync(other, MailTemplate.ConfirmNewEmail);
        if (isPasskey)
            await _client.AddPasskeyAsync(tokens.Access, new SoftAuthenticator());
        else
            await _api.AddTotpAsync(tokens);

        using var confirmed = await _client.ConfirmAsync(link, password: null);

        await confirmed.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        Assert.Equal(email, await _api.WithDatabaseAsync(database =>
            database.Users.Where(user => user.Id == id).Select(user => user.Email).SingleAsync()));
    }

    private async Task AssertStepUpAsync(FactorUser user)
    {
        using var begun = await _client.TryBeginTotpAsync(user.Tokens);
        using var removed = await _client.RemoveTotpAsync(user.Tokens, user.Authenticator.Id);
        using var replaced = await _client.ReplaceCodesAsync(user.Tokens);

        foreach (var response in new[] { begun, removed, replaced })
            await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "step_up_required");
    }
}
