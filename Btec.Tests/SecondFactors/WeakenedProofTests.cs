using System.Net;
using System.Text.Json.Nodes;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.SecondFactors;

/// <summary>Requests that are on the way, perhaps with a slow body, while the proof of their session becomes too weak or too old.</summary>
public abstract class WeakenedProofTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : WeakenedProofTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : WeakenedProofTests(shared);

    [Theory]
    [InlineData("POST", "/api/users/me/totp")]
    [InlineData("POST", "/api/users/me/totp/{waiting}/confirm")]
    [InlineData("DELETE", "/api/users/me/totp/{waiting}")]
    [InlineData("POST", "/api/users/me/recovery-codes")]
    [InlineData("POST", "/api/users/me/passkeys")]
    public async Task A_request_of_one_factor_changes_nothing_once_the_user_has_a_second(string method, string path)
    {
        var (id, _, tokens) = await shared.Api.StartConfirmedAccountAsync();

        await AssertRefusedAsync(method, path, id, tokens, $"UPDATE users SET has_second_factor = true WHERE id = {id}");
    }

    [Theory]
    [InlineData("POST", "/api/users/me/passkeys")]
    [InlineData("DELETE", "/api/users/me/passkeys/{passkey}")]
    [InlineData("POST", "/api/users/me/recovery-codes")]
    public async Task A_request_of_two_factors_changes_nothing_once_its_session_has_one(string method, string path)
    {
        var (id, _, tokens, _) = await _client.StartAccountWithPasskeyAsync();
        await shared.Api.ConfirmEmailAsync(id);

        await AssertRefusedAsync(method, path, id, tokens, $"UPDATE sessions SET amr = 'pwd' WHERE user_id = {id}");
    }

    [Fact]
    public async Task A_request_whose_proof_becomes_too_old_changes_nothing()
    {
        var (id, _, tokens) = await shared.Api.StartConfirmedAccountAsync();

        var hour = shared.Kind == DatabaseKind.Sqlite ? $"{TimeSpan.TicksPerHour}" : "INTERVAL '1 hour'";
        await AssertRefusedAsync(
            "POST", "/api/users/me/passkeys", id, tokens,
            $"UPDATE sessions SET auth_time = auth_time - {hour} WHERE user_id = {id}");
    }

    private async Task AssertRefusedAsync(string method, string path, int userId, Tokens tokens, string change)
    {
        var waiting = await shared.Api.BeginTotpAsync(tokens);
        var challenge = await _client.StartPasskeyAsync(tokens.Access);
        var body = method == "DELETE" ? null : new JsonObject
        {
            ["code"] = waiting.CodeAt(),
            ["challenge_id"] = challenge.Id,
            ["credential"] = new SoftAuthenticator().Create(challenge.Options),
        };
        var passkey = await shared.Api.WithDatabaseAsync(database =>
            database.Passkeys.Where(row => row.UserId == userId).Select(row => row.Id).SingleOrDefaultAsync());
        var route = path.Replace("{waiting}", $"{waiting.Id}", StringComparison.Ordinal)
            .Replace("{passkey}", $"{passkey}", StringComparison.Ordinal);
        await using var connection = await shared.Api.Database.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync($"UPDATE users SET full_name = full_name WHERE id = {userId}");
        await connection.ExecuteAsync(change);
        var before = await ReadAsync(userId);

        var request = _client.SendJsonAsync(HttpMethod.Parse(method), route, tokens.Access, body);
        // The request is authorized by the committed rows; its change waits for the lock.
        await connection.WaitForBlockedAsync();
        Assert.False(request.IsCompleted);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        using var response = await request.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "step_up_required");
        Assert.Contains(
            "max_age=\"300\", acr_values=", Assert.Single(response.Headers.NonValidated["WWW-Authenticate"]), StringComparison.Ordinal);
        Assert.Equal(before, await ReadAsync(userId));
    }

    /// <summary>Counts a user's authenticators, whether confirmed or not, passkeys and recovery codes.</summary>
    private Task<string> ReadAsync(int userId) => shared.Api.WithDatabaseAsync(async database => string.Join(
        ' ',
        await database.TotpFactors.CountAsync(row => row.UserId == userId),
        await database.TotpFactors.CountAsync(row => row.UserId == userId && row.ConfirmedAt != null),
        await database.Passkeys.CountAsync(row => row.UserId == userId),
        await database.RecoveryCodes.CountAsync(row => row.UserId == userId)));
}
