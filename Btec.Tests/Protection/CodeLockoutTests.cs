using System.Net;
using Btec.Tests.Infrastructure;
using Btec.Tests.StepUp;

namespace Btec.Tests.Protection;

/// <summary>The moves of an owner that nobody can prevent who has the password, an access token or the network of the account.</summary>
public abstract class CodeLockoutTests(DatabaseKind kind)
{
    private const string Home = "198.51.100.7";
    private const string Elsewhere = "203.0.113.7";

    public sealed class OnSqlite() : CodeLockoutTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : CodeLockoutTests(DatabaseKind.Postgres);

    [Fact]
    public async Task A_recovery_code_works_after_too_many_wrong_codes_on_every_route()
    {
        await using var api = await BtecApi.StartAsync(kind, LimitedApi.Settings());
        var (id, email, app) = await api.RegisterWithTotpAsync();
        var codes = await api.AddRecoveryCodesAsync(id);
        var (stranger, owner) = (api.From(Elsewhere), api.From(Home));
        for (var attempt = 0; attempt < 10; attempt++)
        {
            using var wrong = await stranger.TryLogInAsync(email, app.WrongCode);
            await wrong.AssertCodeWrongAsync();
        }

        using var held = await owner.TryLogInAsync(email, app.Code);
        await held.AssertLimitedAsync();

        using var completed = await RecoverAsync(owner, await owner.BeginLoginAsync(email), codes[0]);
        var session = await completed.AssertLoggedInAsync();
        using var granted = await owner.PostFormAsync(
            "/api/auth/token",
            ("grant_type", MfaMoves.GrantType), ("mfa_token", await owner.BeginLoginAsync(email)), ("recovery_code", codes[1]));
        await granted.AssertLoggedInAsync();
        await owner.StepUpAsync(session.Access, new { recovery_code = codes[2] });
    }

    [Fact]
    public async Task Wrong_recovery_codes_cost_no_turn_of_codes_but_attempts_of_the_login()
    {
        await using var api = await BtecApi.StartAsync(kind, LimitedApi.Settings());
        var (id, email, app) = await api.RegisterWithTotpAsync();
        var code = (await api.AddRecoveryCodesAsync(id, 1))[0];
        var client = api.From(Elsewhere);
        for (var login = 0; login < 3; login++)
        {
            var token = await client.BeginLoginAsync(email);
            for (var attempt = 0; attempt < 5; attempt++)
            {
                using var wrong = await RecoverAsync(client, token, "AAAAAA-AAAAAA-AAAAAA-AAAAAA");
                await wrong.AssertCodeWrongAsync();
            }

            using var right = await RecoverAsync(client, token, code);
            await right.AssertMfaTokenInvalidAsync();
        }

        using var completed = await client.TryLogInAsync(email, app.Code);
        var session = await completed.AssertLoggedInAsync();
        for (var attempt = 0; attempt < 9; attempt++)
        {
            using var wrong = await client.TryStepUpAsync(session.Access, new { recovery_code = "AAAAAA-AAAAAA-AAAAAA-AAAAAA" });
            await wrong.AssertProblemAsync(HttpStatusCode.Forbidden, "code_wrong");
        }

        await client.StepUpAsync(session.Access, new { code = app.NextCode });
    }

    [Fact]
    public async Task Wrong_codes_in_one_session_hold_neither_logins_nor_other_sessions()
    {
        await using var api = await BtecApi.StartAsync(
            kind, LimitedApi.Settings(("RateLimiting:StepUp:PerAccount:Limit", "100"), ("RateLimiting:StepUp:PerAddress:Limit", "100")));
        var (_, email, app) = await api.RegisterWithTotpAsync();
        using var first = await api.From(Elsewhere).TryLogInAsync(email, app.Code);
        var stolen = await first.AssertLoggedInAsync();
        for (var attempt = 0; attempt < 10; attempt++)
        {
            using var wrong = await api.From(Elsewhere).TryStepUpAsync(stolen.Access, new { code = app.WrongCode });
            await wrong.AssertProblemAsync(HttpStatusCode.Forbidden, "code_wrong");
        }

        api.Clock.Advance(TimeSpan.FromSeconds(30));
        using var held = await api.From(Elsewhere).TryStepUpAsync(stolen.Access, new { code = app.Code });
        await held.AssertLimitedAsync();
        // A refresh begins no new count.
        var refreshed = await api.From(Elsewhere).RefreshAsync(stolen.Refresh);
        using var still = await api.From(Elsewhere).TryStepUpAsync(refreshed.Access, new { code = app.Code });
        await still.AssertLimitedAsync();

        using var login = await api.From(Home).TryLogInAsync(email, app.Code);
        var session = await login.AssertLoggedInAsync();
        await api.From(Home).StepUpAsync(session.Access, new { code = app.NextCode });
    }

    [Fact]
    public async Task An_address_that_has_sent_sixty_second_steps_waits_a_second()
    {
        await using var api = await BtecApi.StartAsync(kind, LimitedApi.Settings());
        var client = api.From(Elsewhere);
        for (var attempt = 0; attempt < 60; attempt++)
        {
            using var refused = await client.CompleteAsync($"unknown {attempt}", "123456");
            await refused.AssertMfaTokenInvalidAsync();
        }

        using var limited = await client.CompleteAsync("unknown", "123456");

        Assert.Equal(1, await limited.AssertLimitedAsync());
    }

    private static Task<HttpResponseMessage> RecoverAsync(HttpClient client, string mfaToken, string code) =>
        client.PostJsonAsync(MfaMoves.Route, new { mfa_token = mfaToken, recovery_code = code });
}
