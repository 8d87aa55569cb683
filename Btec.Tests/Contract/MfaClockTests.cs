using System.Net;
using Btec.Api.Features.SecondFactors;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Contract;

/// <summary>The times for which a code and an <c>mfa_token</c> work, to the second.</summary>
public abstract class MfaClockTests(OwnApi own)
{
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : MfaClockTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : MfaClockTests(own), IClassFixture<OwnPostgresApi>;

    [Theory]
    // At the first second of a step: the code of the step before, of this one and of the next.
    [InlineData(0, -61, false)]
    [InlineData(0, -31, false)]
    [InlineData(0, -30, true)]
    [InlineData(0, -29, true)]
    [InlineData(0, 29, true)]
    [InlineData(0, 31, true)]
    [InlineData(0, 59, true)]
    [InlineData(0, 61, false)]
    // At its last second.
    [InlineData(29, -61, false)]
    [InlineData(29, -59, true)]
    [InlineData(29, -31, true)]
    [InlineData(29, -29, true)]
    [InlineData(29, 29, true)]
    [InlineData(29, 30, true)]
    [InlineData(29, 31, false)]
    [InlineData(29, 61, false)]
    public async Task A_code_works_in_its_step_and_the_ones_beside_it(int secondOfStep, int offset, bool works)
    {
        MoveTo(secondOfStep);
        var (_, email, app) = await own.Api.RegisterWithTotpAsync();
        var token = await _client.BeginLoginAsync(email);

        using var completed = await _client.CompleteAsync(token, app.CodeAfter(TimeSpan.FromSeconds(offset)));

        if (works)
            await completed.AssertLoggedInAsync();
        else
            await completed.AssertCodeWrongAsync();
    }

    [Fact]
    public async Task A_used_code_is_refused_as_long_as_its_step_is_near()
    {
        MoveTo(0);
        var (_, email, app) = await own.Api.RegisterWithTotpAsync();
        var used = app.Code;
        using var first = await _client.TryLogInAsync(email, used);
        await first.AssertLoggedInAsync();

        own.Api.Clock.Advance(TimeSpan.FromSeconds(59));

        using var replayed = await _client.CompleteAsync(await _client.BeginLoginAsync(email), used);
        await replayed.AssertCodeWrongAsync();
        using var next = await _client.CompleteAsync(await _client.BeginLoginAsync(email), app.Code);
        await next.AssertLoggedInAsync();
    }

    [Theory]
    [InlineData(299, true)]
    [InlineData(300, false)]
    public async Task The_token_works_for_300_seconds(int seconds, bool works)
    {
        var (_, email, app) = await own.Api.RegisterWithTotpAsync();
        var token = await _client.BeginLoginAsync(email);
        own.Api.Clock.Advance(TimeSpan.FromSeconds(seconds));

        using var completed = await _client.CompleteAsync(token, app.Code);

        if (works)
        {
            await completed.AssertLoggedInAsync();
            return;
        }

        await completed.AssertMfaTokenInvalidAsync();
        using var grant = await _client.GrantMfaAsync(token, app.Code);
        await grant.AssertOAuthErrorAsync("invalid_grant", "mfa_token_invalid");
    }

    [Fact]
    public async Task Wrong_codes_do_not_prolong_the_token()
    {
        var (_, email, app) = await own.Api.RegisterWithTotpAsync();
        var token = await _client.BeginLoginAsync(email);
        own.Api.Clock.Advance(TimeSpan.FromSeconds(200));
        using var wrong = await _client.CompleteAsync(token, app.WrongCode);
        await wrong.AssertCodeWrongAsync();
        own.Api.Clock.Advance(TimeSpan.FromSeconds(100));

        using var completed = await _client.CompleteAsync(token, app.Code);

        await completed.AssertMfaTokenInvalidAsync();
    }

    [Fact]
    public async Task A_session_begins_when_the_second_factor_is_proved()
    {
        var (id, email, app) = await own.Api.RegisterWithTotpAsync();
        var token = await _client.BeginLoginAsync(email);
        own.Api.Clock.Advance(TimeSpan.FromSeconds(120));

        using var completed = await _client.CompleteAsync(token, app.Code);

        Assert.Equal(HttpStatusCode.OK, completed.StatusCode);
        var session = await own.Api.WithDatabaseAsync(database => database.Sessions.SingleAsync(row => row.UserId == id));
        Assert.Equal(own.Api.Clock.GetUtcNow(), session.CreatedAt, TimeSpan.FromMicroseconds(1));
        Assert.Equal(session.CreatedAt, session.AuthTime);
    }

    [Fact]
    public async Task Expired_pending_logins_are_deleted()
    {
        var (id, email, app) = await own.Api.RegisterWithTotpAsync();
        await _client.BeginLoginAsync(email);
        own.Api.Clock.Advance(TimeSpan.FromSeconds(1));
        var token = await _client.BeginLoginAsync(email);
        own.Api.Clock.Advance(TimeSpan.FromSeconds(299));

        await own.Api.Services.GetRequiredService<SecondFactorCleanup>().RunOnceAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, await own.Api.WithDatabaseAsync(database => database.PendingLogins.CountAsync(login => login.UserId == id)));
        using var completed = await _client.CompleteAsync(token, app.Code);
        await completed.AssertLoggedInAsync();
    }

    /// <summary>Advances the clock to a second of the next step but one, so that no code of an earlier test is near.</summary>
    private void MoveTo(int secondOfStep)
    {
        var start = DateTimeOffset.FromUnixTimeSeconds((Totp.StepOf(own.Api.Clock.GetUtcNow()) + 2) * Totp.StepSeconds);
        own.Api.Clock.Advance(start.AddSeconds(secondOfStep) - own.Api.Clock.GetUtcNow());
    }
}
