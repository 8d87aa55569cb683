using System.Net;
using System.Security.Cryptography;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

/// <summary>The uses of an <c>mfa_token</c>, and the changes that make it void.</summary>
public abstract class MfaTokenTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : MfaTokenTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : MfaTokenTests(shared);

    [Fact]
    [Asvs("6.3.1")]
    public async Task After_five_wrong_codes_even_the_right_one_does_not_help()
    {
        var (_, email, app) = await shared.Api.RegisterWithTotpAsync();
        var (token, other) = (await _client.BeginLoginAsync(email), await _client.BeginLoginAsync(email));
        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var wrong = await _client.CompleteAsync(token, app.WrongCode);
            await wrong.AssertCodeWrongAsync();
        }

        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var wrong = await _client.GrantMfaAsync(token, app.WrongCode);
            await wrong.AssertOAuthErrorAsync("invalid_grant", "code_wrong");
        }

        using var right = await _client.CompleteAsync(token, app.Code);
        using var rightGrant = await _client.GrantMfaAsync(token, app.Code);
        await right.AssertMfaTokenInvalidAsync();
        await rightGrant.AssertOAuthErrorAsync("invalid_grant", "mfa_token_invalid");
        // Another login of the same user is not affected, and the code has not been used.
        using var completed = await _client.CompleteAsync(other, app.Code);
        await completed.AssertLoggedInAsync();
    }

    [Fact]
    public async Task Four_wrong_codes_leave_one_attempt()
    {
        var (_, email, app) = await shared.Api.RegisterWithTotpAsync();
        var token = await _client.BeginLoginAsync(email);
        for (var attempt = 0; attempt < 4; attempt++)
        {
            using var wrong = await _client.CompleteAsync(token, app.WrongCode);
            await wrong.AssertCodeWrongAsync();
        }

        using var right = await _client.CompleteAsync(token, app.Code);
        await right.AssertLoggedInAsync();
    }

    [Fact]
    [Asvs("6.5.1")]
    public async Task A_code_works_once_and_no_earlier_one_works_after_it()
    {
        var (_, email, app) = await shared.Api.RegisterWithTotpAsync();
        using var first = await _client.CompleteAsync(await _client.BeginLoginAsync(email), app.NextCode);
        await first.AssertLoggedInAsync();

        foreach (var used in new[] { app.NextCode, app.Code, app.CodeAfter(TimeSpan.FromSeconds(-30)) })
        {
            using var completed = await _client.CompleteAsync(await _client.BeginLoginAsync(email), used);
            using var login = await _client.TryLogInAsync(email, used);
            using var grant = await _client.TryGrantAsync(email, used);
            await completed.AssertCodeWrongAsync();
            await login.AssertCodeWrongAsync();
            await grant.AssertOAuthErrorAsync("invalid_grant", "code_wrong");
        }
    }

    [Fact]
    public async Task The_code_of_another_user_is_wrong()
    {
        var (_, email, _) = await shared.Api.RegisterWithTotpAsync();
        var (otherId, _, otherApp) = await shared.Api.RegisterWithTotpAsync();
        var otherCode = (await shared.Api.AddRecoveryCodesAsync(otherId))[0];
        var token = await _client.BeginLoginAsync(email);

        using var totp = await _client.CompleteAsync(token, otherApp.Code);
        using var recovery = await _client.PostJsonAsync(MfaMoves.Route, new { mfa_token = token, recovery_code = otherCode });

        await totp.AssertCodeWrongAsync();
        await recovery.AssertCodeWrongAsync();
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("\0")]
    [InlineData("ÄÖÜAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("=============================================")]
    public async Task A_token_that_was_never_issued_does_not_work(string token)
    {
        using var completed = await _client.CompleteAsync(token, "123456");
        await completed.AssertMfaTokenInvalidAsync();

        using var grant = await _client.GrantMfaAsync(token, "123456");
        if (token.Length == 0)
            await grant.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
        else
            await grant.AssertOAuthErrorAsync("invalid_grant", "mfa_token_invalid");
    }

    [Fact]
    public async Task A_token_of_another_client_does_not_work()
    {
        var (id, email, app) = await shared.Api.RegisterWithTotpAsync();
        var token = await _client.BeginLoginAsync(email);
        var hash = await shared.Api.WithDatabaseAsync(database =>
            database.PendingLogins.Where(login => login.UserId == id).Select(login => login.Hash).SingleAsync());
        await shared.Api.WithDatabaseAsync(database => database.PendingLogins.Where(login => login.Hash == hash)
            .ExecuteUpdateAsync(row => row.SetProperty(login => login.ClientId, "another")));

        using var completed = await _client.CompleteAsync(token, app.Code);

        await completed.AssertMfaTokenInvalidAsync();
    }

    [Fact]
    [Asvs("2.3.1")]
    public async Task Nothing_opens_before_the_second_factor()
    {
        var (_, email, app) = await shared.Api.RegisterWithTotpAsync();
        using var login = await _client.TryLogInAsync(email, app.Code);
        var session = await login.AssertLoggedInAsync();
        var superuser = await shared.Api.StartSessionOfSuperuserAsync();

        var token = await _client.BeginLoginAsync(email);

        using var me = await _client.GetMeAsync(token);
        await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        using var refresh = await _client.TryRefreshAsync(token);
        await refresh.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        using var introspection = await _client.SendAsync(HttpMethod.Post, "/api/auth/introspect", superuser.Access, ("token", token));
        Assert.False((await introspection.ReadJsonAsync()).GetProperty("active").GetBoolean());
        Assert.Equal([session.SessionId], SessionListMoves.IdsOf(await _client.ListSessionsAsync(session)));
        using var revoked = await _client.PostFormAsync("/api/auth/revoke", ("token", token));
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        await _client.AssertAliveAsync(session);
        using var completed = await _client.CompleteAsync(token, app.NextCode);
        await completed.AssertLoggedInAsync();
    }

    [Fact]
    public async Task The_token_works_from_another_address_and_device()
    {
        var (_, email, app) = await shared.Api.RegisterWithTotpAsync();
        var token = await _client.BeginLoginAsync(email);
        using var elsewhere = shared.Api.CreateClient();
        elsewhere.DefaultRequestHeaders.Add("User-Agent", "another device");

        using var completed = await elsewhere.CompleteAsync(token, app.Code);

        await completed.AssertLoggedInAsync();
    }

    [Fact]
    public async Task A_user_who_was_deactivated_meanwhile_is_told_so()
    {
        var (_, email, app) = await shared.Api.RegisterWithTotpAsync();
        var token = await _client.BeginLoginAsync(email);
        await shared.Api.ActivateAsync(email, active: false);

        using var completed = await _client.CompleteAsync(token, app.Code);
        using var grant = await _client.GrantMfaAsync(token, app.Code);
        using var begun = await _client.TryLogInAsync(email);
        using var withCode = await _client.TryLogInAsync(email, app.Code);

        await completed.AssertProblemAsync(HttpStatusCode.Forbidden, "account_inactive");
        await grant.AssertOAuthErrorAsync("invalid_grant", "account_inactive");
        await begun.AssertProblemAsync(HttpStatusCode.Forbidden, "account_inactive");
        await withCode.AssertProblemAsync(HttpStatusCode.Forbidden, "account_inactive");
    }

    [Theory]
    [InlineData("password")]
    [InlineData("reset")]
    [InlineData("admin password")]
    [InlineData("admin email")]
    [InlineData("email")]
    [InlineData("factors")]
    [InlineData("deletion")]
    public async Task A_change_of_what_the_login_rests_on_voids_the_token(string change)
    {
        var (id, email, app) = await shared.Api.RegisterWithTotpAsync();
        using var login = await _client.TryLogInAsync(email, app.Code);
        var session = await login.AssertLoggedInAsync();
        await shared.Api.ChangeUserAsync(id, user => user.EmailVerifiedAt = shared.Api.Clock.GetUtcNow());
        var (token, other) = (await _client.BeginLoginAsync(email), await BeginLoginOfAnotherAsync());

        await ChangeAsync(change, id, email, session);

        using var completed = await _client.CompleteAsync(token, app.NextCode);
        await completed.AssertMfaTokenInvalidAsync();
        using var unaffected = await _client.CompleteAsync(other.Token, other.App.Code);
        await unaffected.AssertLoggedInAsync();
    }

    [Fact]
    public async Task The_oldest_of_many_pending_logins_goes()
    {
        var (id, email, app) = await shared.Api.RegisterWithTotpAsync();
        var first = await _client.BeginLoginAsync(email);
        var now = shared.Api.Clock.GetUtcNow();
        await shared.Api.WithDatabaseAsync(async database =>
        {
            await database.PendingLogins.Where(login => login.UserId == id)
                .ExecuteUpdateAsync(row => row.SetProperty(login => login.CreatedAt, now.AddSeconds(-1)));
            database.PendingLogins.AddRange(Enumerable.Range(1, PendingLogins.MaxPerUser - 1).Select(_ => new PendingLogin
            {
                Hash = RandomNumberGenerator.GetBytes(32),
                UserId = id,
                ClientId = "btec",
                CreatedAt = now,
                ExpiresAt = now + PendingLogins.Lifetime,
            }));
            return await database.SaveChangesAsync();
        });
        using var kept = await _client.CompleteAsync(first, app.WrongCode);
        await kept.AssertCodeWrongAsync();

        var last = await _client.BeginLoginAsync(email);

        Assert.Equal(PendingLogins.MaxPerUser, await shared.Api.WithDatabaseAsync(database =>
            database.PendingLogins.CountAsync(login => login.UserId == id)));
        using var gone = await _client.CompleteAsync(first, app.Code);
        await gone.AssertMfaTokenInvalidAsync();
        using var completed = await _client.CompleteAsync(last, app.Code);
        await completed.AssertLoggedInAsync();
    }

    private async Task<(string Token, StoredAuthenticator App)> BeginLoginOfAnotherAsync()
    {
        var (_, email, app) = await shared.Api.RegisterWithTotpAsync();
        return (await _client.BeginLoginAsync(email), app);
    }

    private async Task ChangeAsync(string change, int id, string email, Tokens session)
    {
        using var response = change switch
        {
            "password" => await _client.SendJsonAsync(
                HttpMethod.Post, "/api/users/me/password", session.Access,
                new { current_password = ApiMoves.Password, new_password = AccountMoves.OtherPassword }),
            "reset" => await ResetAsync(email),
            "admin password" => await PatchAsync(id, new { password = AccountMoves.OtherPassword }),
            "admin email" => await PatchAsync(id, new { email = ApiMoves.NewEmail() }),
            "email" => await ChangeEmailAsync(session),
            "deletion" => await _client.SendJsonAsync(
                HttpMethod.Delete, "/api/users/me", session.Access, new { password = ApiMoves.Password }),
            _ => await RemoveFactorsAsync(id),
        };
        Assert.True(response.IsSuccessStatusCode, await response.ReadTextAsync());
    }

    private async Task<HttpResponseMessage> ResetAsync(string email)
    {
        using var requested = await _client.RecoverAsync(email);
        return await _client.ResetAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.ResetPassword));
    }

    private async Task<HttpResponseMessage> PatchAsync(int id, object body)
    {
        var superuser = await shared.Api.StartSessionOfSuperuserAsync();
        return await _client.SendJsonAsync(HttpMethod.Patch, $"/api/users/{id}", superuser.Access, body);
    }

    private async Task<HttpResponseMessage> ChangeEmailAsync(Tokens session)
    {
        var email = ApiMoves.NewEmail();
        await _client.ChangeEmailAsync(session, email);
        return await _client.ConfirmAsync(await shared.Api.ReadTokenAsync(email, MailTemplate.ConfirmNewEmail), password: null);
    }

    /// <summary>Removes the factors as the service does that every route uses.</summary>
    private async Task<HttpResponseMessage> RemoveFactorsAsync(int id)
    {
        await shared.Api.WithDatabaseAsync(async database =>
        {
            var user = await database.Users.SingleAsync(row => row.Id == id);
            await new SecondFactorRemoval(database).RemoveAllAsync(user, TestContext.Current.CancellationToken);
            return await database.SaveChangesAsync();
        });
        return new HttpResponseMessage(HttpStatusCode.NoContent);
    }
}
