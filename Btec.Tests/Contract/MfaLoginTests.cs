using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

/// <summary>Logins of users with a second factor, on both routes.</summary>
public abstract class MfaLoginTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : MfaLoginTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : MfaLoginTests(shared);

    [Fact]
    public async Task The_right_password_starts_no_session_and_returns_an_mfa_token()
    {
        var (id, email, _) = await shared.Api.RegisterWithTotpAsync();

        using var response = await _client.TryLogInAsync(email);

        var problem = await response.AssertProblemAsync(HttpStatusCode.Forbidden, "mfa_required");
        Assert.Equal(
            ["code", "detail", "expires_in", "methods", "mfa_token", "status", "title", "trace_id", "type"], ApiMoves.NamesOf(problem));
        Assert.Equal("totp", Assert.Single(problem.GetProperty("methods").EnumerateArray()).GetString());
        Assert.Equal(300, problem.GetProperty("expires_in").GetInt32());
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Empty(response.Headers.WwwAuthenticate);
        await AssertStoredAsync(id, problem.GetProperty("mfa_token").GetString()!);
        Assert.Equal(0, await CountSessionsAsync(id));
        Assert.Equal(["mfa_required"], await shared.Api.ReadEventsAsync(id, AuditTypes.Login));
    }

    [Fact]
    public async Task The_token_endpoint_returns_the_same_members_beside_its_error()
    {
        var (id, email, _) = await shared.Api.RegisterWithTotpAsync();

        using var response = await _client.TryGrantAsync(email);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("no-cache", response.Headers.Pragma.ToString());
        var error = await response.ReadJsonAsync();
        Assert.Equal(
            ["code", "error", "error_description", "expires_in", "methods", "mfa_token", "trace_id"], ApiMoves.NamesOf(error));
        Assert.Equal("mfa_required", error.GetProperty("error").GetString());
        Assert.Equal("mfa_required", error.GetProperty("code").GetString());
        Assert.Equal(300, error.GetProperty("expires_in").GetInt32());
        await AssertStoredAsync(id, error.GetProperty("mfa_token").GetString()!);
        Assert.Equal(0, await CountSessionsAsync(id));
    }

    [Theory]
    [InlineData(true, true, true, "totp recovery_code passkey")]
    [InlineData(true, false, true, "totp passkey")]
    [InlineData(false, true, true, "recovery_code passkey")]
    [InlineData(false, false, true, "passkey")]
    public async Task The_methods_are_those_that_the_user_has_in_one_order(bool totp, bool recoveryCode, bool passkey, string expected)
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        if (passkey)
            await shared.Api.AddPasskeyRowAsync(id);
        if (recoveryCode)
            await shared.Api.AddRecoveryCodesAsync(id);
        if (totp)
            await StoredAuthenticator.AddAsync(shared.Api, id);

        foreach (var response in new[] { await _client.TryLogInAsync(email), await _client.TryGrantAsync(email) })
        {
            using (response)
            {
                var methods = (await response.ReadJsonAsync()).GetProperty("methods").EnumerateArray();
                Assert.Equal(expected, string.Join(' ', methods.Select(method => method.GetString())));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_code_completes_the_login_once(bool atTokenEndpoint)
    {
        var (id, email, app) = await shared.Api.RegisterWithTotpAsync();
        var token = await _client.BeginLoginAsync(email);

        using var response = await (atTokenEndpoint ? _client.GrantMfaAsync(token, app.Code) : _client.CompleteAsync(token, app.Code));

        Assert.Equal(
            ["access_token", "expires_in", "refresh_expires_in", "refresh_token", "token_type"],
            ApiMoves.NamesOf(await response.ReadJsonAsync()));
        Assert.True(response.Headers.CacheControl?.NoStore);
        await AssertTwoFactorsAsync(await response.AssertLoggedInAsync());
        using var again = await _client.CompleteAsync(token, app.NextCode);
        using var onceMore = await _client.GrantMfaAsync(token, app.NextCode);
        await again.AssertMfaTokenInvalidAsync();
        await onceMore.AssertOAuthErrorAsync("invalid_grant", "mfa_token_invalid");
        Assert.Equal(1, await CountSessionsAsync(id));
        Assert.Equal(["mfa_required", "success"], await shared.Api.ReadEventsAsync(id, AuditTypes.Login));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_recovery_code_completes_one_login(bool atTokenEndpoint)
    {
        var (id, email, _) = await shared.Api.RegisterWithTotpAsync();
        var code = (await shared.Api.AddRecoveryCodesAsync(id))[3];

        using var response = await CompleteAsync();
        await AssertTwoFactorsAsync(await response.AssertLoggedInAsync());

        using var again = await CompleteAsync();
        if (atTokenEndpoint)
            await again.AssertOAuthErrorAsync("invalid_grant", "code_wrong");
        else
            await again.AssertCodeWrongAsync();

        async Task<HttpResponseMessage> CompleteAsync()
        {
            var token = await _client.BeginLoginAsync(email);
            return atTokenEndpoint
                ? await _client.PostFormAsync(
                    "/api/auth/token", ("grant_type", MfaMoves.GrantType), ("mfa_token", token), ("recovery_code", code))
                : await _client.PostJsonAsync(MfaMoves.Route, new { mfa_token = token, recovery_code = code });
        }
    }

    [Fact]
    public async Task A_login_with_the_right_code_starts_a_session_at_once()
    {
        var (id, email, app) = await shared.Api.RegisterWithTotpAsync();

        using var login = await _client.TryLogInAsync(email, app.Code);
        using var grant = await _client.TryGrantAsync(email, app.NextCode);

        await AssertTwoFactorsAsync(await login.AssertLoggedInAsync());
        await AssertTwoFactorsAsync(await grant.AssertLoggedInAsync());
        Assert.Equal(0, await CountPendingAsync(id));
    }

    [Fact]
    public async Task A_wrong_code_is_named_only_after_the_right_password()
    {
        var (id, email, app) = await shared.Api.RegisterWithTotpAsync();

        using var wrongCode = await _client.TryLogInAsync(email, app.WrongCode);
        using var wrongCodeGrant = await _client.TryGrantAsync(email, app.WrongCode);
        using var wrongPassword = await _client.TryLogInAsync(email, app.Code, "not the password");
        using var wrongPasswordGrant = await _client.TryGrantAsync(email, app.Code, "not the password");

        await wrongCode.AssertCodeWrongAsync();
        await wrongCodeGrant.AssertOAuthErrorAsync("invalid_grant", "code_wrong");
        await wrongPassword.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        await wrongPasswordGrant.AssertOAuthErrorAsync("invalid_grant", "invalid_credentials");
        Assert.Equal(
            ["code_wrong", "code_wrong", "invalid_credentials", "invalid_credentials"],
            await shared.Api.ReadEventsAsync(id, AuditTypes.Login));
        // The wrong password has not used the code.
        using var right = await _client.TryLogInAsync(email, app.Code);
        await right.AssertLoggedInAsync();
    }

    [Theory]
    [InlineData("123456")]
    [InlineData("nonsense")]
    public async Task A_user_without_a_second_factor_logs_in_as_ever_whatever_code_is_sent(string otp)
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();

        using var login = await _client.TryLogInAsync(email, otp);
        using var grant = await _client.TryGrantAsync(email, otp);
        using var plain = await _client.TryLogInAsync(email);

        foreach (var tokens in new[] { await login.AssertLoggedInAsync(), await grant.AssertLoggedInAsync(), await plain.AssertLoggedInAsync() })
            Assert.Equal(AuthenticationMethods.Password, await ReadMethodsAsync(tokens));

        Assert.Equal(["success", "success", "success"], await shared.Api.ReadEventsAsync(id, AuditTypes.Login));
    }

    [Fact]
    public async Task An_unconfirmed_authenticator_is_no_second_factor()
    {
        var (id, email, _) = await shared.Api.RegisterWithTotpAsync();
        await shared.Api.WithDatabaseAsync(database => database.TotpFactors.Where(factor => factor.UserId == id)
            .ExecuteUpdateAsync(row => row.SetProperty(factor => factor.ConfirmedAt, (DateTimeOffset?)null)));
        await shared.Api.ChangeUserAsync(id, user => user.HasSecondFactor = false);

        await _client.LoginAsync(email);
    }

    [Fact]
    public async Task A_session_of_two_factors_is_refreshed_and_listed_like_any_other()
    {
        var (_, email, app) = await shared.Api.RegisterWithTotpAsync();
        using var response = await _client.TryLogInAsync(email, app.Code);
        var tokens = await response.AssertLoggedInAsync();

        Assert.Equal([tokens.SessionId], SessionListMoves.IdsOf(await _client.ListSessionsAsync(tokens)));
        await AssertTwoFactorsAsync(await _client.RefreshAsync(tokens.Refresh));
    }

    private async Task AssertStoredAsync(int userId, string token)
    {
        Assert.Matches("^[A-Za-z0-9_-]{43}$", token);
        var pending = await shared.Api.WithDatabaseAsync(database =>
            database.PendingLogins.AsNoTracking().SingleAsync(login => login.UserId == userId));
        Assert.Equal(SHA256.HashData(Base64Url.DecodeFromChars(token)), pending.Hash);
        Assert.Equal("btec", pending.ClientId);
        Assert.Equal(0, pending.Attempts);
        Assert.Equal(TimeSpan.FromSeconds(300), pending.ExpiresAt - pending.CreatedAt);
    }

    private async Task AssertTwoFactorsAsync(Tokens tokens)
    {
        using var me = await _client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        Assert.Equal("pwd otp mfa", await ReadMethodsAsync(tokens));
    }

    private Task<string> ReadMethodsAsync(Tokens tokens) => shared.Api.WithDatabaseAsync(database => database.Sessions
        .Where(session => session.Id == Guid.Parse(tokens.SessionId)).Select(session => session.Amr).SingleAsync());

    private Task<int> CountSessionsAsync(int userId) =>
        shared.Api.WithDatabaseAsync(database => database.Sessions.CountAsync(session => session.UserId == userId));

    private Task<int> CountPendingAsync(int userId) =>
        shared.Api.WithDatabaseAsync(database => database.PendingLogins.CountAsync(login => login.UserId == userId));
}
