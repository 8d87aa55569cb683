using System.Net;
using System.Text.Json;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.SecondFactors;

/// <summary>Requests of a stranger that are on the way while the owner takes the account over.</summary>
public abstract class TakeoverRaceTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : TakeoverRaceTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : TakeoverRaceTests(shared);

    [Theory]
    [InlineData("POST", "/api/users/me/totp")]
    [InlineData("POST", "/api/users/me/totp/{id}/confirm")]
    [InlineData("DELETE", "/api/users/me/totp/{id}")]
    [InlineData("POST", "/api/users/me/recovery-codes")]
    [InlineData("POST", "/api/auth/step-up")]
    [InlineData("PATCH", "/api/users/me")]
    [InlineData("POST", "/api/users/me/password")]
    [InlineData("POST", "/api/users/me/email")]
    [InlineData("DELETE", "/api/users/me")]
    public async Task A_request_whose_session_is_ended_while_it_is_on_the_way_changes_nothing(string method, string path)
    {
        var (id, _, tokens) = await shared.Api.StartConfirmedAccountAsync();
        if (path != "/api/users/me/totp/{id}/confirm")
            await shared.Api.AddTotpAsync(tokens);

        var added = await shared.Api.BeginTotpAsync(tokens);
        await using var connection = await shared.Api.Database.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync($"UPDATE users SET full_name = full_name WHERE id = {id}");
        await connection.ExecuteAsync($"UPDATE sessions SET revoked_at = created_at WHERE user_id = {id}");
        var before = await ReadAsync(id);

        var request = _client.SendJsonAsync(
            new HttpMethod(method), path.Replace("{id}", $"{added.Id}", StringComparison.Ordinal), tokens.Access,
            path switch
            {
                "/api/auth/step-up" => new { password = ApiMoves.Password },
                "/api/users/me" when method == "PATCH" => new { full_name = "Somebody" },
                "/api/users/me" => new { password = ApiMoves.Password },
                "/api/users/me/password" => new { current_password = ApiMoves.Password, new_password = AccountMoves.OtherPassword },
                "/api/users/me/email" => new { email = ApiMoves.NewEmail(), password = ApiMoves.Password },
                _ => method == "POST" ? new { code = added.CodeAt() } : (object?)null,
            });
        // The session is checked against the committed row; the change waits for the lock.
        await connection.WaitForBlockedAsync();
        Assert.False(request.IsCompleted);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        using var response = await request.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        Assert.Equal(before, await ReadAsync(id));
    }

    [Theory]
    [InlineData("POST", "/api/users/me/password")]
    [InlineData("POST", "/api/users/me/email")]
    [InlineData("DELETE", "/api/users/me")]
    public async Task A_password_alone_changes_nothing_once_the_user_has_a_second_factor(string method, string path)
    {
        var (id, _, tokens) = await shared.Api.StartConfirmedAccountAsync();
        await using var connection = await shared.Api.Database.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync($"UPDATE users SET has_second_factor = true WHERE id = {id}");

        var request = _client.SendJsonAsync(new HttpMethod(method), path, tokens.Access, new
        {
            password = ApiMoves.Password,
            current_password = ApiMoves.Password,
            new_password = AccountMoves.OtherPassword,
            email = ApiMoves.NewEmail(),
        });
        await connection.WaitForBlockedAsync();
        Assert.False(request.IsCompleted);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        using var response = await request.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "step_up_required");
        await _client.AssertAliveAsync(tokens);
    }

    [Theory]
    [InlineData("PATCH", "/api/users/{id}", "demoted")]
    [InlineData("PATCH", "/api/users/{id}", "ended")]
    [InlineData("DELETE", "/api/users/{id}/factors", "demoted")]
    [InlineData("DELETE", "/api/users/{id}/factors", "ended")]
    public async Task A_superuser_who_is_demoted_or_logged_out_while_a_request_is_on_the_way_changes_nothing(
        string method, string path, string change)
    {
        var (id, _, tokens) = await shared.Api.StartConfirmedAccountAsync();
        await shared.Api.AddTotpAsync(tokens);
        var (actorId, _, actor) = await shared.Api.StartConfirmedAccountAsync();
        await shared.Api.ChangeUserAsync(actorId, user => user.IsSuperuser = true);
        var before = await ReadAsync(id);
        await using var connection = await shared.Api.Database.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync($"UPDATE users SET full_name = full_name WHERE id = {id}");
        await connection.ExecuteAsync(change == "demoted"
            ? $"UPDATE users SET is_superuser = false WHERE id = {actorId}"
            : $"UPDATE sessions SET revoked_at = created_at WHERE user_id = {actorId}");

        var request = _client.SendJsonAsync(
            new HttpMethod(method), path.Replace("{id}", $"{id}", StringComparison.Ordinal), actor.Access,
            method == "PATCH" ? new { is_superuser = true } : null);
        await connection.WaitForBlockedAsync();
        Assert.False(request.IsCompleted);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        using var response = await request.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        await (change == "demoted"
            ? response.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden")
            : response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid"));
        Assert.Equal(before, await ReadAsync(id));
    }

    [Fact]
    public async Task Of_an_authenticator_that_is_confirmed_at_the_moment_of_a_takeover_nothing_is_left()
    {
        for (var round = 0; round < 8; round++)
        {
            var (id, email, stranger) = await shared.Api.StartConfirmedAccountAsync();
            var added = await shared.Api.BeginTotpAsync(stranger);
            await shared.Api.ChangeUserAsync(id, user => user.EmailVerifiedAt = null);
            using var recovery = await _client.RecoverAsync(email);
            var link = await shared.Api.ReadTokenAsync(email, MailTemplate.ResetPassword);

            var confirming = _client.ConfirmTotpAsync(stranger, added.Id, added.CodeAt());
            using var reset = await _client.ResetAsync(link);
            using var confirmed = await confirming;

            await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
            Assert.True(confirmed.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized or HttpStatusCode.NotFound);
            Assert.Equal((0, false), await shared.Api.CountFactorsAsync(id));
            await _client.AssertEndedAsync(stranger);
            await _client.LoginAsync(email, AccountMoves.OtherPassword);
        }
    }

    [Fact]
    public async Task Of_a_passkey_that_is_added_or_used_at_the_moment_of_a_takeover_nothing_is_left()
    {
        for (var round = 0; round < 8; round++)
        {
            var (id, email, stranger, passkey) = await _client.StartAccountWithPasskeyAsync();
            var another = new SoftAuthenticator();
            var (begun, asked) = (await _client.StartPasskeyAsync(stranger.Access), await _client.StartPasskeyLoginAsync());
            using var recovery = await _client.RecoverAsync(email);
            var link = await shared.Api.ReadTokenAsync(email, MailTemplate.ResetPassword);

            var adding = _client.TryAddPasskeyAsync(stranger.Access, begun, another.Create(begun.Options));
            var login = _client.TryLoginWithPasskeyAsync(asked, passkey.Get(asked.Options));
            using var reset = await _client.ResetAsync(link);
            using var added = await adding;
            using var used = await login;

            await reset.AssertEmptyAsync(HttpStatusCode.NoContent);
            Assert.Equal((0, false), await shared.Api.CountFactorsAsync(id));
            await _client.AssertEndedAsync(stranger);
            if (used.StatusCode == HttpStatusCode.OK)
                await _client.AssertEndedAsync(Tokens.From(await used.ReadJsonAsync()));
            else
                Assert.Equal(HttpStatusCode.Unauthorized, used.StatusCode);

            await _client.LoginAsync(email, AccountMoves.OtherPassword);
        }
    }

    /// <summary>Returns everything that the second factors and sessions of a user consist of, as text.</summary>
    private Task<string> ReadAsync(int userId) => shared.Api.WithDatabaseAsync(async database => JsonSerializer.Serialize(new
    {
        factors = await database.TotpFactors.AsNoTracking().Where(row => row.UserId == userId).OrderBy(row => row.Id)
            .Select(row => new { row.Id, row.ConfirmedAt, row.LastStep }).ToListAsync(),
        codes = await database.RecoveryCodes.AsNoTracking().Where(row => row.UserId == userId)
            .Select(row => Convert.ToHexString(row.Hash)).ToListAsync(),
        challenges = await database.PasskeyChallenges.CountAsync(row => row.UserId == userId),
        user = await database.Users.AsNoTracking().SingleAsync(row => row.Id == userId),
        links = await database.OneTimeTokens.CountAsync(row => row.UserId == userId),
        proofs = await database.Sessions.AsNoTracking().Where(row => row.UserId == userId)
            .Select(row => new { row.AuthTime, row.Amr }).ToListAsync(),
    }));
}
