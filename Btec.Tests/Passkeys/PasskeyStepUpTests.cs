using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Passkeys;

/// <summary>Passkeys as the proof of step-up authentication.</summary>
public abstract class PasskeyStepUpTests(SharedApi shared)
{
    private const string Route = "/api/auth/step-up";

    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : PasskeyStepUpTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : PasskeyStepUpTests(shared);

    [Fact]
    public async Task A_passkey_renews_the_session_which_is_then_one_of_the_passkey_alone()
    {
        var (_, _, tokens, authenticator) = await _client.StartAccountWithPasskeyAsync();
        await AgeAsync(tokens);
        using var refused = await _client.SendAsync(HttpMethod.Post, $"{PasskeyMoves.Route}/options", tokens.Access);
        await refused.AssertProblemAsync(HttpStatusCode.Unauthorized, "step_up_required");
        var challenge = await _client.StartPasskeyLoginAsync();

        using var response = await StepUpAsync(tokens, challenge, authenticator);

        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        var claims = TokenForge.Open((await response.ReadJsonAsync()).GetProperty("access_token").GetString()!).Claims;
        Assert.Equal(tokens.SessionId, claims.GetProperty("sid").GetString());
        Assert.Equal("phr", claims.GetProperty("acr").GetString());
        Assert.Equal("swk user mfa", await ReadAmrAsync(tokens));
        await _client.StartPasskeyAsync(tokens.Access);
        using var again = await StepUpAsync(tokens, challenge, authenticator);
        await again.AssertProblemAsync(HttpStatusCode.Forbidden, "passkey_invalid");
    }

    [Fact]
    public async Task The_passkey_of_another_user_renews_nothing()
    {
        var (_, _, tokens, _) = await _client.StartAccountWithPasskeyAsync();
        var (_, _, _, theirs) = await _client.StartAccountWithPasskeyAsync();
        await AgeAsync(tokens);

        using var foreign = await StepUpAsync(tokens, await _client.StartPasskeyLoginAsync(), theirs);
        using var unknown = await StepUpAsync(
            tokens, await _client.StartPasskeyLoginAsync(), new SoftAuthenticator { UserHandle = theirs.UserHandle });

        await foreign.AssertProblemAsync(HttpStatusCode.Forbidden, "passkey_invalid");
        await unknown.AssertProblemAsync(HttpStatusCode.Forbidden, "passkey_invalid");
        Assert.Equal("pwd swk user mfa", await ReadAmrAsync(tokens));
        using var options = await _client.SendAsync(HttpMethod.Post, $"{PasskeyMoves.Route}/options", tokens.Access);
        await options.AssertProblemAsync(HttpStatusCode.Unauthorized, "step_up_required");
    }

    [Theory]
    [InlineData("""{"challenge_id": "x"}""")]
    [InlineData("""{"credential": {}}""")]
    [InlineData("""{"password": "x", "credential": {}}""")]
    [InlineData("""{"password": "x", "challenge_id": "x", "credential": {}}""")]
    public async Task Half_a_proof_or_two_are_refused(string body)
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Route)
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", tokens.Access);

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.AssertRefusedMembersAsync("body");
    }

    private Task<HttpResponseMessage> StepUpAsync(Tokens tokens, SoftChallenge challenge, SoftAuthenticator authenticator) =>
        _client.SendJsonAsync(
            HttpMethod.Post, Route, tokens.Access,
            new { challenge_id = challenge.Id, credential = authenticator.Get(challenge.Options) });

    private Task<int> AgeAsync(Tokens tokens)
    {
        var (id, time) = (Guid.Parse(tokens.SessionId), shared.Api.Clock.GetUtcNow().AddHours(-1));
        return shared.Api.WithDatabaseAsync(database => database.Sessions.Where(session => session.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.AuthTime, time)));
    }

    private Task<string> ReadAmrAsync(Tokens tokens)
    {
        var id = Guid.Parse(tokens.SessionId);
        return shared.Api.WithDatabaseAsync(
            database => database.Sessions.Where(session => session.Id == id).Select(session => session.Amr).SingleAsync());
    }
}
