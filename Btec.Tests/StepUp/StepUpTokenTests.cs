using System.Net;
using System.Text.Json.Nodes;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.StepUp;

/// <summary>The claims about the proof of identity, and that the session decides, never a token.</summary>
public abstract class StepUpTokenTests(SharedApi shared)
{
    private static readonly string[] s_claims = ["auth_time", "amr", "acr"];
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : StepUpTokenTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : StepUpTokenTests(shared);

    [Fact]
    public async Task A_login_proves_the_password_now()
    {
        var (_, _, tokens) = await _client.StartAccountAsync();

        _api.AssertProof(TokenForge.Open(tokens.Access).Claims, TimeSpan.Zero, "pwd", "urn:btec:acr:1");
        await _client.AssertPassesAsync(tokens.Access);
    }

    [Fact]
    public async Task A_new_token_of_a_session_whose_proof_is_old_opens_nothing()
    {
        var (_, _, tokens) = await _client.StartAccountAsync();
        var access = await _client.StepUpAsync(tokens.Access, new { password = ApiMoves.Password });
        await _client.AssertPassesAsync(access);
        await _client.AssertPassesAsync(access);

        await _api.SetProofAsync(tokens.SessionId, s_hour);

        await _client.AssertMustStepUpAsync(access);
    }

    [Fact]
    public async Task An_old_token_of_a_session_whose_proof_is_recent_opens_everything()
    {
        var (_, _, tokens) = await _client.StartAccountAsync();
        await _api.SetProofAsync(tokens.SessionId, s_hour);
        var old = (await _client.RefreshAsync(tokens.Refresh)).Access;
        _api.AssertProof(TokenForge.Open(old).Claims, s_hour, "pwd", "urn:btec:acr:1");
        await _client.AssertMustStepUpAsync(old);

        await _client.StepUpAsync(old, new { password = ApiMoves.Password });

        await _client.AssertPassesAsync(old);
    }

    [Theory]
    [InlineData("auth_time")]
    [InlineData("amr")]
    public async Task No_claim_opens_what_the_session_does_not(string claim)
    {
        var (id, _, tokens) = await _client.StartAccountAsync();
        await _api.AddAuthenticatorAsync(id);
        await _api.SetProofAsync(tokens.SessionId, claim == "amr" ? TimeSpan.Zero : s_hour, claim == "amr" ? "pwd" : StepUpMoves.TwoFactors);
        var claims = TokenForge.ClaimsOf(tokens.Access);
        claims["auth_time"] = _api.Clock.GetUtcNow().ToUnixTimeSeconds();
        claims["amr"] = new JsonArray("pwd", "otp", "mfa");
        claims["acr"] = "phr";

        await _client.AssertMustStepUpAsync(TokenForge.Sign(TokenForge.Header(), claims), "urn:btec:acr:mfa phr");
    }

    [Fact]
    public async Task A_token_from_before_these_claims_is_accepted_and_its_session_decides()
    {
        var (_, _, tokens) = await _client.StartAccountAsync();
        var claims = TokenForge.ClaimsOf(tokens.Access);
        foreach (var claim in s_claims)
            claims.Remove(claim);

        var token = TokenForge.Sign(TokenForge.Header(), claims);

        using var me = await _client.GetMeAsync(token);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        await _client.AssertPassesAsync(token);
        await _api.SetProofAsync(tokens.SessionId, s_hour);
        await _client.AssertMustStepUpAsync(token);
        await _client.AssertPassesAsync(await _client.StepUpAsync(token, new { password = ApiMoves.Password }));
    }

    [Fact]
    public async Task A_session_from_before_the_time_was_recorded_counts_from_its_login()
    {
        var (_, _, tokens) = await _client.StartAccountAsync();
        await _api.SetProofAsync(tokens.SessionId, age: null);
        await _client.AssertPassesAsync(tokens.Access);

        var refreshed = await _client.RefreshAsync(tokens.Refresh);

        _api.AssertProof(TokenForge.Open(refreshed.Access).Claims, TimeSpan.Zero, "pwd", "urn:btec:acr:1");
        await _api.MoveLoginAsync(tokens.SessionId, s_hour);
        await _client.AssertMustStepUpAsync(refreshed.Access);
        _api.AssertProof(
            TokenForge.Open((await _client.RefreshAsync(refreshed.Refresh)).Access).Claims, s_hour, "pwd", "urn:btec:acr:1");
    }

    [Theory]
    [InlineData("pwd", "urn:btec:acr:1")]
    [InlineData(StepUpMoves.TwoFactors, "urn:btec:acr:mfa")]
    [InlineData(StepUpMoves.Passkey, "phr")]
    public async Task A_refresh_keeps_the_proof_and_states_it(string amr, string acr)
    {
        var (_, _, tokens) = await _client.StartAccountAsync();
        await _api.SetProofAsync(tokens.SessionId, s_hour, amr);

        var refreshed = await _client.RefreshAsync(tokens.Refresh);
        var repeated = await _client.RefreshAsync(tokens.Refresh);

        _api.AssertProof(TokenForge.Open(refreshed.Access).Claims, s_hour, amr, acr);
        _api.AssertProof(TokenForge.Open(repeated.Access).Claims, s_hour, amr, acr);
        Assert.Equal((s_hour, amr), await _api.ReadProofAsync(tokens.SessionId));
    }

    [Fact]
    public async Task Stepping_up_leaves_the_refresh_token_as_it_is_and_the_next_access_token_states_the_proof()
    {
        var (id, _, tokens) = await _client.StartAccountAsync();
        await _api.SetProofAsync(tokens.SessionId, s_hour);
        var code = await _api.AddRecoveryCodeAsync(id);
        await _client.StepUpAsync(tokens.Access, new { recovery_code = code });

        var refreshed = await _client.RefreshAsync(tokens.Refresh);

        _api.AssertProof(TokenForge.Open(refreshed.Access).Claims, TimeSpan.Zero, StepUpMoves.TwoFactors, "urn:btec:acr:mfa");
    }

    [Fact]
    public async Task Introspection_of_either_token_states_the_proof_that_the_session_has_now()
    {
        var superuser = await _api.StartSessionOfSuperuserAsync();
        var (_, _, tokens) = await _client.StartAccountAsync();
        await _api.SetProofAsync(tokens.SessionId, s_hour, StepUpMoves.Passkey);

        foreach (var token in new[] { tokens.Access, tokens.Refresh })
        {
            using var response = await _client.SendAsync(HttpMethod.Post, "/api/auth/introspect", superuser.Access, ("token", token));
            _api.AssertProof(await response.ReadJsonAsync(), s_hour, StepUpMoves.Passkey, "phr");
        }
    }
}
