using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Passkeys;

/// <summary>Passkeys as the second factor of a login by password.</summary>
public abstract class PasskeyMfaTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : PasskeyMfaTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : PasskeyMfaTests(shared);

    [Fact]
    public async Task A_passkey_completes_a_login_by_password_once()
    {
        var (_, email, _, authenticator) = await _client.StartAccountWithPasskeyAsync();
        var token = await StartLoginAsync(email);
        var challenge = await _client.StartPasskeyLoginAsync();

        using var response = await CompleteAsync(token, challenge, authenticator);

        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        var session = Guid.Parse(Tokens.From(await response.ReadJsonAsync()).SessionId);
        Assert.Equal("pwd swk user mfa", await shared.Api.WithDatabaseAsync(
            database => database.Sessions.Where(row => row.Id == session).Select(row => row.Amr).SingleAsync()));
        using var again = await CompleteAsync(token, await _client.StartPasskeyLoginAsync(), authenticator);
        await again.AssertProblemAsync(HttpStatusCode.BadRequest, "mfa_token_invalid");
    }

    [Fact]
    public async Task The_passkey_of_another_user_completes_no_login()
    {
        var (_, email, _, authenticator) = await _client.StartAccountWithPasskeyAsync();
        var (_, _, _, theirs) = await _client.StartAccountWithPasskeyAsync();
        var token = await StartLoginAsync(email);

        using var foreign = await CompleteAsync(token, await _client.StartPasskeyLoginAsync(), theirs);
        using var unverified = await CompleteAsync(
            token, await _client.StartPasskeyLoginAsync(), authenticator, answer => answer.Flags = SoftAuthenticator.UserPresent);

        await foreign.AssertProblemAsync(HttpStatusCode.Unauthorized, "passkey_invalid");
        await unverified.AssertProblemAsync(HttpStatusCode.Unauthorized, "passkey_invalid");
        using var right = await CompleteAsync(token, await _client.StartPasskeyLoginAsync(), authenticator);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    private async Task<string> StartLoginAsync(string email)
    {
        using var response = await _client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
        var problem = await response.AssertProblemAsync(HttpStatusCode.Forbidden, "mfa_required");
        Assert.Equal(["recovery_code", "passkey"], problem.GetProperty("methods").EnumerateArray().Select(method => method.GetString()).ToList());
        return problem.GetProperty("mfa_token").GetString()!;
    }

    private Task<HttpResponseMessage> CompleteAsync(
        string token, SoftChallenge challenge, SoftAuthenticator authenticator, Action<SoftAnswer>? change = null) => _client.PostJsonAsync(
            "/api/auth/mfa",
            new { mfa_token = token, challenge_id = challenge.Id, credential = authenticator.Get(challenge.Options, change) });
}
