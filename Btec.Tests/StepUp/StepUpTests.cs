using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.StepUp;

/// <summary>The effects of each proof on a session.</summary>
public abstract class StepUpTests(SharedApi shared)
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : StepUpTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : StepUpTests(shared);

    [Fact]
    public async Task A_password_renews_the_session_of_a_user_without_a_second_factor()
    {
        var (id, _, tokens) = await StartAsync(s_hour, "pwd");
        await _client.AssertMustStepUpAsync(tokens.Access);

        var access = await _client.StepUpAsync(tokens.Access, new { password = ApiMoves.Password });

        var claims = TokenForge.Open(access).Claims;
        Assert.Equal(tokens.SessionId, claims.GetProperty("sid").GetString());
        _api.AssertProof(claims, TimeSpan.Zero, "pwd", "urn:btec:acr:1");
        Assert.Equal((TimeSpan.Zero, "pwd"), await _api.ReadProofAsync(tokens.SessionId));
        await _client.AssertPassesAsync(access);
        await _client.AssertPassesAsync(tokens.Access);
        Assert.Equal(["success"], await _api.ReadEventsAsync(id, "session.stepped_up"));
    }

    [Fact]
    public async Task A_code_makes_a_session_one_of_two_factors()
    {
        var (id, _, tokens) = await StartAsync(s_hour, "pwd");
        var codeOf = await _api.AddAuthenticatorAsync(id);

        var access = await _client.StepUpAsync(tokens.Access, new { code = codeOf() });

        _api.AssertProof(TokenForge.Open(access).Claims, TimeSpan.Zero, "pwd otp mfa", "urn:btec:acr:mfa");
        await _client.AssertPassesAsync(tokens.Access);
    }

    [Fact]
    [Asvs("6.5.1")]
    public async Task A_recovery_code_makes_a_session_one_of_two_factors_and_works_once()
    {
        var (id, _, tokens) = await StartAsync(s_hour, "pwd");
        var code = await _api.AddRecoveryCodeAsync(id);

        var access = await _client.StepUpAsync(tokens.Access, new { recovery_code = code });
        using var again = await _client.TryStepUpAsync(tokens.Access, new { recovery_code = code });

        _api.AssertProof(TokenForge.Open(access).Claims, TimeSpan.Zero, "pwd otp mfa", "urn:btec:acr:mfa");
        await _client.AssertPassesAsync(tokens.Access);
        await again.AssertProblemAsync(HttpStatusCode.Forbidden, "code_wrong");
        Assert.Equal(["code_wrong", "success"], await _api.ReadEventsAsync(id, "session.stepped_up"));
    }

    [Fact]
    public async Task A_code_in_the_session_of_a_passkey_counts_alone()
    {
        var (id, _, tokens) = await StartAsync(s_hour, StepUpMoves.Passkey);
        var codeOf = await _api.AddAuthenticatorAsync(id);

        var access = await _client.StepUpAsync(tokens.Access, new { code = codeOf() });

        _api.AssertProof(TokenForge.Open(access).Claims, TimeSpan.Zero, "otp mfa", "urn:btec:acr:mfa");
    }

    [Theory]
    [InlineData("pwd")]
    [InlineData(StepUpMoves.TwoFactors)]
    [InlineData(StepUpMoves.Passkey)]
    public async Task A_password_alone_opens_nothing_to_a_user_with_a_second_factor_until_a_code_follows(string amr)
    {
        var (id, _, tokens) = await StartAsync(StepUpMoves.MaxAge + TimeSpan.FromSeconds(1), amr);
        var codeOf = await _api.AddAuthenticatorAsync(id);

        var access = await _client.StepUpAsync(tokens.Access, new { password = ApiMoves.Password });

        _api.AssertProof(TokenForge.Open(access).Claims, TimeSpan.Zero, "pwd", "urn:btec:acr:1");
        await _client.AssertMustStepUpAsync(access, "urn:btec:acr:mfa phr");
        access = await _client.StepUpAsync(access, new { code = codeOf() });
        _api.AssertProof(TokenForge.Open(access).Claims, TimeSpan.Zero, "pwd otp mfa", "urn:btec:acr:mfa");
        await _client.AssertPassesAsync(access);
    }

    [Theory]
    [InlineData(StepUpMoves.TwoFactors, "urn:btec:acr:mfa")]
    [InlineData(StepUpMoves.Passkey, "phr")]
    public async Task A_password_neither_renews_nor_lowers_a_recent_proof_of_two_factors(string amr, string acr)
    {
        var (id, _, tokens) = await StartAsync(StepUpMoves.MaxAge, amr);
        await _api.AddAuthenticatorAsync(id);

        var access = await _client.StepUpAsync(tokens.Access, new { password = ApiMoves.Password });

        _api.AssertProof(TokenForge.Open(access).Claims, StepUpMoves.MaxAge, amr, acr);
        Assert.Equal((StepUpMoves.MaxAge, amr), await _api.ReadProofAsync(tokens.SessionId));
        await _client.AssertPassesAsync(access);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_audited_and_changes_nothing()
    {
        var (id, _, tokens) = await StartAsync(s_hour, "pwd");

        using var response = await _client.TryStepUpAsync(tokens.Access, new { password = "not the password" });

        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
        Assert.Equal((s_hour, "pwd"), await _api.ReadProofAsync(tokens.SessionId));
        Assert.Equal(["password_wrong"], await _api.ReadEventsAsync(id, "session.stepped_up"));
    }

    [Fact]
    public async Task A_wrong_code_is_refused_audited_and_changes_nothing()
    {
        var (id, _, tokens) = await StartAsync(s_hour, StepUpMoves.TwoFactors);
        var codeOf = await _api.AddAuthenticatorAsync(id);
        var pending = await _api.AddAuthenticatorAsync(id, isConfirmed: false);
        var (otherId, _, _) = await StartAsync(s_hour, "pwd");
        var (othersCodeOf, othersRecoveryCode) = (await _api.AddAuthenticatorAsync(otherId), await _api.AddRecoveryCodeAsync(otherId));
        string[] wrong = [othersCodeOf(), pending(), codeOf()[..^1], $"{codeOf()}0", $"-{codeOf()[1..]}", "", "abcdef", "\0", "١٢٣٤٥٦"];

        foreach (var code in wrong)
        {
            using var response = await _client.TryStepUpAsync(tokens.Access, new { code });
            await response.AssertProblemAsync(HttpStatusCode.Forbidden, "code_wrong");
        }

        foreach (var recovery_code in new[] { othersRecoveryCode, codeOf(), "", "AAAAAA-AAAAAA-AAAAAA-AAAAAA" })
        {
            using var response = await _client.TryStepUpAsync(tokens.Access, new { recovery_code });
            await response.AssertProblemAsync(HttpStatusCode.Forbidden, "code_wrong");
        }

        Assert.Equal((s_hour, StepUpMoves.TwoFactors), await _api.ReadProofAsync(tokens.SessionId));
        var events = await _api.ReadEventsAsync(id, "session.stepped_up");
        Assert.Equal(wrong.Length + 4, events.Count);
        Assert.All(events, outcome => Assert.Equal("code_wrong", outcome));
        await _client.StepUpAsync(tokens.Access, new { code = codeOf() });
    }

    [Fact]
    [Asvs("2.3.4", "6.5.1")]
    public async Task Of_many_simultaneous_uses_of_one_code_one_succeeds()
    {
        var (id, email, tokens) = await StartAsync(s_hour, "pwd");
        var other = await _client.StartSessionAsync(email);
        var code = (await _api.AddAuthenticatorAsync(id))();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            number => _client.TryStepUpAsync(number % 2 == 0 ? tokens.Access : other.Access, new { code })));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(
            answers.Where(answer => answer.StatusCode != HttpStatusCode.OK),
            answer => Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"password": null}""")]
    [InlineData("""{"password": "correct horse battery", "code": "123456"}""")]
    [InlineData("""{"code": "123456", "recovery_code": "AAAAAA-AAAAAA-AAAAAA-AAAAAA"}""")]
    [InlineData("""{"Password": "correct horse battery"}""")]
    public async Task A_request_without_exactly_one_proof_is_refused(string json)
    {
        var (_, _, tokens) = await StartAsync(s_hour, "pwd");

        using var response = await SendTextAsync(tokens.Access, json);

        await response.AssertRefusedMembersAsync("body");
        Assert.Equal((s_hour, "pwd"), await _api.ReadProofAsync(tokens.SessionId));
    }

    [Theory]
    [InlineData("""{"password": 1}""", "password")]
    [InlineData("""{"code": 123456}""", "code")]
    [InlineData("""{"recovery_code": ["x"]}""", "recovery_code")]
    public async Task A_proof_of_another_type_is_refused_by_name(string json, string member)
    {
        var (_, _, tokens) = await StartAsync(s_hour, "pwd");

        using var response = await SendTextAsync(tokens.Access, json);

        await response.AssertRefusedMembersAsync(member);
    }

    [Fact]
    public async Task Without_an_access_token_nothing_is_proved()
    {
        using var response = await _client.TryStepUpAsync(accessToken: null, new { password = ApiMoves.Password });

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
    }

    [Fact]
    public async Task Only_the_session_of_the_token_is_renewed()
    {
        var (_, email, tokens) = await StartAsync(s_hour, "pwd");
        var other = await _client.StartSessionAsync(email);
        await _api.SetProofAsync(other.SessionId, s_hour);

        await _client.StepUpAsync(tokens.Access, new { password = ApiMoves.Password });

        await _client.AssertPassesAsync(tokens.Access);
        await _client.AssertMustStepUpAsync(other.Access);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_that_is_alive_only_through_the_clock_skew_is_not_renewed(bool byPassword)
    {
        var (id, _, tokens) = await StartAsync(s_hour, "pwd");
        var codeOf = await _api.AddAuthenticatorAsync(id);
        var (sessionId, end) = (Guid.Parse(tokens.SessionId), _api.Clock.GetUtcNow().AddSeconds(-10));
        await _api.WithDatabaseAsync(database => database.Sessions.Where(session => session.Id == sessionId)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.ExpiresAt, end)));
        using var me = await _client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);

        using var response = await _client.TryStepUpAsync(
            tokens.Access, byPassword ? new { password = ApiMoves.Password } : (object)new { code = codeOf() });

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        Assert.Equal((s_hour, "pwd"), await _api.ReadProofAsync(tokens.SessionId));
    }

    private Task<HttpResponseMessage> SendTextAsync(string accessToken, string json) =>
        _client.SendJsonAsync(HttpMethod.Post, StepUpMoves.Route, accessToken, System.Text.Json.Nodes.JsonNode.Parse(json));

    /// <summary>Registers a user who logged in some time ago.</summary>
    private async Task<(int Id, string Email, Tokens Tokens)> StartAsync(TimeSpan age, string amr)
    {
        var account = await _client.StartAccountAsync();
        await _api.SetProofAsync(account.Tokens.SessionId, age, amr);
        return account;
    }
}
