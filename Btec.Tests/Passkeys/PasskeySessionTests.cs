using System.Net;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Passkeys;

/// <summary>The sessions in which a passkey was used, when it is removed.</summary>
public abstract class PasskeySessionTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : PasskeySessionTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : PasskeySessionTests(shared);

    [Fact]
    [Asvs("7.4.3")]
    public async Task Removing_a_passkey_ends_the_other_sessions_in_which_it_was_used()
    {
        var (id, email, owner, stolen) = await _client.StartAccountWithPasskeyAsync();
        var removed = (await ListAsync(owner))[0];
        var kept = new SoftAuthenticator();
        await _client.AddPasskeyAsync(owner.Access, kept);
        var alone = await _client.LoginWithPasskeyAsync(stolen);
        var second = await LoginWithBothAsync(email, stolen);
        var proved = await LoginWithBothAsync(email, kept);
        await StepUpAsync(owner, stolen);
        using var browser = new TestBrowser(shared.Api);
        await SignInAsync(browser, stolen);
        using var other = new TestBrowser(shared.Api);
        await SignInAsync(other, kept);

        using var response = await RemoveAsync(proved, removed);

        await response.AssertEmptyAsync(HttpStatusCode.NoContent);
        await _client.AssertEndedAsync(alone);
        await _client.AssertEndedAsync(second);
        await _client.AssertEndedAsync(owner);
        Assert.Null(await browser.FindUserAsync());
        await _client.AssertAliveAsync(proved);
        Assert.NotNull(await other.FindUserAsync());
        var audited = Assert.Single(await shared.Api.GetAuditAsync(id, "session.ended"));
        Assert.Equal(4, audited.GetProperty("details").GetProperty("sessions").GetInt32());
        Assert.Equal("a passkey was removed", audited.GetProperty("details").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task The_session_that_removes_its_own_passkey_stays()
    {
        var (id, _, owner, authenticator) = await _client.StartAccountWithPasskeyAsync();
        var tokens = await _client.LoginWithPasskeyAsync(authenticator);

        using var response = await RemoveAsync(tokens, (await ListAsync(tokens))[0]);

        await response.AssertEmptyAsync(HttpStatusCode.NoContent);
        await _client.AssertAliveAsync(tokens);
        await _client.AssertAliveAsync(owner);
        Assert.Empty(await shared.Api.ReadEventsAsync(id, "session.ended"));
    }

    private async Task<Tokens> LoginWithBothAsync(string email, SoftAuthenticator authenticator)
    {
        using var begun = await _client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
        var token = (await begun.ReadJsonAsync()).GetProperty("mfa_token").GetString();
        var challenge = await _client.StartPasskeyLoginAsync();
        using var response = await _client.PostJsonAsync(
            "/api/auth/mfa",
            new { mfa_token = token, challenge_id = challenge.Id, credential = authenticator.Get(challenge.Options) });
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        return Tokens.From(await response.ReadJsonAsync());
    }

    private async Task StepUpAsync(Tokens tokens, SoftAuthenticator authenticator)
    {
        var challenge = await _client.StartPasskeyLoginAsync();
        using var response = await _client.SendJsonAsync(
            HttpMethod.Post, "/api/auth/step-up", tokens.Access,
            new { challenge_id = challenge.Id, credential = authenticator.Get(challenge.Options) });
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
    }

    private async Task SignInAsync(TestBrowser browser, SoftAuthenticator authenticator)
    {
        var challenge = await _client.StartPasskeyLoginAsync();
        using var response = await browser.TrySignInAsync(
            new { challenge_id = challenge.Id, credential = authenticator.Get(challenge.Options) });
        Assert.True(response.StatusCode == HttpStatusCode.NoContent, await response.ReadTextAsync());
    }

    private Task<HttpResponseMessage> RemoveAsync(Tokens tokens, string id) =>
        _client.SendAsync(HttpMethod.Delete, $"{PasskeyMoves.Route}/{id}", tokens.Access);

    private async Task<List<string>> ListAsync(Tokens tokens)
    {
        using var response = await _client.SendAsync(HttpMethod.Get, "/api/users/me/factors", tokens.Access);
        var items = (await response.ReadJsonAsync()).GetProperty("items").EnumerateArray();
        return [.. items.Where(IsPasskey).Select(item => item.GetProperty("id").GetString()!)];
    }

    private static bool IsPasskey(JsonElement item) => item.GetProperty("type").GetString() == "passkey";
}
