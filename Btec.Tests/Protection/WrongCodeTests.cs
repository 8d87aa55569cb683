using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Btec.Tests.StepUp;

namespace Btec.Tests.Protection;

/// <summary>The attempts of somebody who knows the password but not the code, and the notices to the owner.</summary>
public abstract class WrongCodeTests(DatabaseKind kind)
{
    private const string Home = "198.51.100.7";
    private const string Elsewhere = "203.0.113.7";

    public sealed class OnSqlite() : WrongCodeTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : WrongCodeTests(DatabaseKind.Postgres);

    [Fact]
    public async Task The_owner_is_mailed_once_after_five_wrong_codes_since_the_last_login()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var (_, email, app) = await api.RegisterWithTotpAsync();
        await FailAsync(api, email, app, 4);
        Assert.Equal(0, await CountMailsAsync(api, email));

        await FailAsync(api, email, app, 1);
        Assert.Equal(1, await CountMailsAsync(api, email));
        await FailAsync(api, email, app, 7);
        Assert.Equal(1, await CountMailsAsync(api, email));

        await LogInAsync(api, email, app);
        await FailAsync(api, email, app, 4);
        Assert.Equal(1, await CountMailsAsync(api, email));
        await LogInAsync(api, email, app);
        await FailAsync(api, email, app, 4);
        Assert.Equal(1, await CountMailsAsync(api, email));
        await FailAsync(api, email, app, 1);
        Assert.Equal(2, await CountMailsAsync(api, email));
    }

    [Fact]
    public async Task Wrong_codes_of_step_up_and_of_logins_count_together()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var (_, email, app) = await api.RegisterWithTotpAsync();
        using var login = await api.From(Home).TryLogInAsync(email, app.Code);
        var session = (await login.AssertLoggedInAsync()).Access;
        api.Clock.Advance(TimeSpan.FromSeconds(30));
        await FailAsync(api, email, app, 2);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            Assert.Equal(0, await CountMailsAsync(api, email));
            using var wrong = await api.From(Elsewhere).TryStepUpAsync(session, new { code = app.WrongCode });
            await wrong.AssertProblemAsync(HttpStatusCode.Forbidden, "code_wrong");
        }

        Assert.Equal(1, await CountMailsAsync(api, email));
    }

    [Fact]
    public async Task Wrong_codes_are_counted_over_a_restart_and_by_all_instances()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var clock = new TestClock();
        await using var other = await BtecApi.StartInstanceAsync(database, clock);
        string email;
        StoredAuthenticator app;
        await using (var first = await BtecApi.StartInstanceAsync(database, clock))
        {
            (_, email, app) = await first.RegisterWithTotpAsync();
            await FailAsync(first, email, app, 2);
        }

        await using var second = await BtecApi.StartInstanceAsync(database, clock);
        await FailAsync(other, email, app, 2);
        Assert.Equal(0, await CountMailsAsync(second, email));
        await FailAsync(second, email, app, 1);

        Assert.Equal(1, await CountMailsAsync(second, email));
    }

    [Fact]
    public async Task Of_twenty_wrong_codes_at_once_one_mails_the_owner()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var (_, email, app) = await api.RegisterWithTotpAsync();
        var (client, wrong) = (api.CreateClient(), app.WrongCode);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var response = await client.TryLogInAsync(email, wrong);
            await response.AssertCodeWrongAsync();
        }));

        Assert.Equal(1, await CountMailsAsync(api, email));
    }

    [Fact]
    public async Task After_ten_wrong_codes_one_is_tried_every_six_minutes_on_either_route()
    {
        await using var api = await BtecApi.StartAsync(kind, LimitedApi.Settings());
        var (_, email, app) = await api.RegisterWithTotpAsync();
        await FailAsync(api, email, app, 10);
        var token = await api.From(Elsewhere).BeginLoginAsync(email);

        using var login = await api.From(Elsewhere).TryLogInAsync(email, app.Code);
        using var grant = await api.From(Elsewhere).TryGrantAsync(email, app.Code);
        using var completed = await api.From(Elsewhere).CompleteAsync(token, app.Code);
        using var completedGrant = await api.From(Elsewhere).GrantMfaAsync(token, app.Code);

        foreach (var refused in new[] { login, grant, completed, completedGrant })
            Assert.Equal(360, await refused.AssertLimitedAsync());

        // The password alone is answered as before, and a wrong one does not show the state of the second factor.
        using var wrongPassword = await api.From(Elsewhere).TryLogInAsync(email, app.Code, "not the password");
        await wrongPassword.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        api.Clock.Advance(TimeSpan.FromSeconds(359));
        using var early = await api.From(Elsewhere).TryLogInAsync(email, app.Code);
        Assert.Equal(1, await early.AssertLimitedAsync());
        api.Clock.Advance(TimeSpan.FromSeconds(1));
        using var admitted = await api.From(Elsewhere).TryLogInAsync(email, app.Code);
        await admitted.AssertLoggedInAsync();
    }

    [Fact]
    public async Task Right_codes_and_wrong_passwords_cost_no_wrong_code()
    {
        await using var api = await BtecApi.StartAsync(kind, LimitedApi.Settings());
        var (_, email, app) = await api.RegisterWithTotpAsync();
        for (var login = 0; login < 12; login++)
        {
            api.Clock.Advance(TimeSpan.FromSeconds(30));
            using var stranger = await api.From("192.0.2.7").TryLogInAsync(email, app.WrongCode, "not the password");
            await stranger.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
            using var owner = await api.From(Home).CompleteAsync(await api.From(Home).BeginLoginAsync(email), app.Code);
            await owner.AssertLoggedInAsync();
        }

        await FailAsync(api, email, app, 10);
    }

    [Fact]
    public async Task A_stranger_with_the_password_does_not_void_the_pending_login_of_the_owner()
    {
        await using var api = await BtecApi.StartAsync(kind, LimitedApi.Settings());
        var (_, email, app) = await api.RegisterWithTotpAsync();
        var token = await api.From(Home).BeginLoginAsync(email);
        var strangers = await api.From(Elsewhere).BeginLoginAsync(email);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            using var wrong = await api.From(Elsewhere).CompleteAsync(strangers, app.WrongCode);
            await wrong.AssertCodeWrongAsync();
        }

        // As many as one address may within a minute.
        for (var login = 2; login <= 60; login++)
            await api.From(Elsewhere).BeginLoginAsync(email);

        using var limited = await api.From(Elsewhere).TryLogInAsync(email);
        await limited.AssertLimitedAsync();
        using var completed = await api.From(Home).CompleteAsync(token, app.Code);
        await completed.AssertLoggedInAsync();
    }

    [Fact]
    public async Task A_right_password_without_its_code_does_not_slow_the_owner_down()
    {
        await using var api = await BtecApi.StartAsync(kind, LimitedApi.Settings());
        var (_, email, app) = await api.RegisterWithTotpAsync();
        for (var attempt = 0; attempt < 8; attempt++)
        {
            await api.From(Elsewhere).BeginLoginAsync(email);
            using var wrong = await api.From(Elsewhere).TryLogInAsync(email, app.WrongCode);
            await wrong.AssertCodeWrongAsync();
        }

        using var login = await api.From(Elsewhere).TryLogInAsync(email, app.Code);
        await login.AssertLoggedInAsync();
    }

    private static async Task FailAsync(BtecApi api, string email, StoredAuthenticator app, int times)
    {
        for (var attempt = 0; attempt < times; attempt++)
        {
            using var wrong = await api.From(Elsewhere).TryLogInAsync(email, app.WrongCode);
            await wrong.AssertCodeWrongAsync();
        }
    }

    /// <summary>Logs in half a minute later, with a code that was not used, and half a minute before the next request.</summary>
    private static async Task LogInAsync(BtecApi api, string email, StoredAuthenticator app)
    {
        api.Clock.Advance(TimeSpan.FromSeconds(30));
        using var login = await api.From(Home).TryLogInAsync(email, app.Code);
        await login.AssertLoggedInAsync();
        api.Clock.Advance(TimeSpan.FromSeconds(30));
    }

    private static async Task<int> CountMailsAsync(BtecApi api, string email) =>
        (await api.ReadMailsAsync(email)).Count(mail => mail.Template == MailTemplate.WrongCodes);
}
