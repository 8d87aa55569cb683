using System.Net;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Distributed;

/// <summary>The tests of the dashboard's commands that the API carries out.</summary>
public abstract class DevelopmentCommandTests(SharedSystem shared) : SharedSystemTests(shared)
{
    [Collection(DistributedTests.Name)]
    public sealed class OnSqlite(SqliteSystem shared) : DevelopmentCommandTests(shared);

    [Collection(DistributedTests.Name)]
    public sealed class OnExternalPostgres(ExternalSystem shared) : DevelopmentCommandTests(shared);

    [Fact]
    public async Task A_token_is_minted_and_shown_and_dies_with_all_sessions()
    {
        var email = ApiMoves.NewEmail();
        await System.Client.RegisterAsync(email);
        var login = await System.Client.StartSessionAsync(email);

        var mint = await System.ExecuteForAsync(email, "mint-token");

        Assert.True(mint.Success, mint.Message);
        Assert.StartsWith($"An access token of {email}, valid until ", mint.Message, StringComparison.Ordinal);
        Assert.True(mint.Data!.DisplayImmediately);
        using (var me = await System.Client.GetMeAsync(mint.Data.Value))
            Assert.Equal(email, (await me.ReadJsonAsync()).GetProperty("email").GetString());

        var revoke = await System.ExecuteForAsync(email, "revoke-sessions");

        Assert.True(revoke.Success, revoke.Message);
        Assert.Equal((true, $"2 sessions of {email} ended."), (revoke.Data!.DisplayImmediately, revoke.Data.Value));
        using (var me = await System.Client.GetMeAsync(mint.Data.Value))
            await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");

        await System.Client.AssertEndedAsync(login);
    }

    [Theory]
    [InlineData("mint-token")]
    [InlineData("revoke-sessions")]
    public async Task A_refusal_says_why(string command)
    {
        var unknown = await System.ExecuteForAsync("nobody@example.com", command);
        var malformed = await System.ExecuteForAsync("nobody", command);

        Assert.Equal(
            (false, "Not found. No user has this e-mail address. Check the spelling, or register the address first."),
            (unknown.Success, unknown.Message));
        Assert.Equal((false, BtecSystem.ArgumentRefused), (malformed.Success, malformed.Message));
    }

    [Fact]
    public async Task Thousands_of_demo_users_are_made_within_seconds_and_shown()
    {
        var seed = await System.SeedAsync(10_000);

        Assert.True(seed.Success, seed.Message);
        Assert.Matches("^[0-9]+ of 10000 demo users were new[.]", seed.Message);
        Assert.Equal((true, seed.Message), (seed.Data!.DisplayImmediately, seed.Data.Value));
        await System.Client.LoginAsync("demo10000@example.com", "demo password");
    }

    [Fact]
    public async Task The_last_mails_are_shown()
    {
        var email = ApiMoves.NewEmail();
        await System.Client.RegisterAsync(email);

        var mails = await System.SucceedAsync("api", "last-mails");

        Assert.True(mails.Data!.DisplayImmediately);
        Assert.Contains($"{email}  VerifyEmail", mails.Data.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_is_verified()
    {
        await System.Client.RegisterAsync(ApiMoves.NewEmail());

        var verified = await System.SucceedAsync("api", "verify-audit");

        Assert.Matches("^[1-9][0-9]* audit events are as they were written[.]$", verified.Message);
        Assert.Equal((true, verified.Message), (verified.Data!.DisplayImmediately, verified.Data.Value));
    }
}
