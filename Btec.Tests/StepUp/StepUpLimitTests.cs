using System.Net;
using Btec.Tests.Infrastructure;
using Btec.Tests.Protection;

namespace Btec.Tests.StepUp;

/// <summary>The limits of proofs.</summary>
public sealed class StepUpLimitTests
{
    [Fact]
    [Asvs("6.3.1")]
    public async Task Too_many_wrong_codes_hold_the_right_one_too_until_the_limit_refills()
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, LimitedApi.Settings(("RateLimiting:StepUp:PerAccount:Limit", "100"), ("RateLimiting:StepUp:PerAddress:Limit", "100")));
        var client = api.From("203.0.113.1");
        var (id, _, tokens) = await client.StartAccountAsync();
        var codeOf = await api.AddAuthenticatorAsync(id);
        // What is right costs nothing.
        await client.StepUpAsync(tokens.Access, new { code = codeOf() });
        for (var attempt = 0; attempt < 10; attempt++)
        {
            using var wrong = await client.TryStepUpAsync(tokens.Access, new { code = "wrong" });
            await wrong.AssertProblemAsync(HttpStatusCode.Forbidden, "code_wrong");
        }

        api.Clock.Advance(TimeSpan.FromMinutes(5));
        using var held = await client.TryStepUpAsync(tokens.Access, new { code = codeOf() });

        Assert.Equal(60, await held.AssertLimitedAsync());
        Assert.Single(await api.ReadEventsAsync(id, "session.stepped_up"), outcome => outcome == "rate_limited");
        await client.StepUpAsync(tokens.Access, new { password = ApiMoves.Password });
        api.Clock.Advance(TimeSpan.FromMinutes(1));
        await client.StepUpAsync(tokens.Access, new { code = codeOf() });
    }

    [Fact]
    public async Task Proofs_are_limited_by_session()
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, LimitedApi.Settings(("RateLimiting:StepUp:PerAccount:Limit", "2")));
        var client = api.From("203.0.113.1");
        var (id, email, tokens) = await client.StartAccountAsync();
        var other = await client.StartSessionAsync(email);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var wrong = await client.TryStepUpAsync(tokens.Access, new { password = "not the password" });
            await wrong.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
        }

        using var limited = await client.TryStepUpAsync(tokens.Access, new { password = ApiMoves.Password });

        await limited.AssertLimitedAsync();
        Assert.Equal(2, (await api.ReadEventsAsync(id, "session.stepped_up")).Count);
        await client.StepUpAsync(other.Access, new { password = ApiMoves.Password });
    }
}
