using System.Net;
using Aspire.Hosting.ApplicationModel;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Distributed;

/// <summary>The dashboard's commands that the running API carries out.</summary>
public abstract class DevelopmentCommandTests(SharedSystem shared)
{
    private readonly BtecSystem _system = shared.System;

    [Collection(DistributedTests.Name)]
    public sealed class OnSqlite(SqliteSystem shared) : DevelopmentCommandTests(shared);

    [Collection(DistributedTests.Name)]
    public sealed class OnPostgres(PostgresSystem shared) : DevelopmentCommandTests(shared);

    [Fact]
    public async Task A_token_is_minted_and_shown_and_dies_with_all_sessions()
    {
        var email = ApiMoves.NewEmail();
        await _system.Client.RegisterAsync(email);
        var login = await _system.Client.StartSessionAsync(email);

        var mint = await _system.ExecuteForAsync(email, "mint-token");

        Assert.True(mint.Success, mint.Message);
        Assert.StartsWith($"An access token of {email}, valid until ", mint.Message, StringComparison.Ordinal);
        Assert.True(mint.Data!.DisplayImmediately);
        using (var me = await _system.Client.GetMeAsync(mint.Data.Value))
            Assert.Equal(email, (await me.ReadJsonAsync()).GetProperty("email").GetString());

        var revoke = await _system.ExecuteForAsync(email, "revoke-sessions");

        Assert.True(revoke.Success, revoke.Message);
        Assert.Equal((true, $"2 sessions of {email} ended."), (revoke.Data!.DisplayImmediately, revoke.Data.Value));
        using (var me = await _system.Client.GetMeAsync(mint.Data.Value))
            await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");

        await _system.Client.AssertEndedAsync(login);
    }

    [Theory]
    [InlineData("mint-token")]
    [InlineData("revoke-sessions")]
    public async Task A_refusal_says_why(string command)
    {
        var unknown = await _system.ExecuteForAsync("nobody@example.com", command);
        var malformed = await _system.ExecuteForAsync("nobody", command);

        Assert.Equal(
            (false, "No user has this e-mail address. Look for a typing error, or register it first."), (unknown.Success, unknown.Message));
        Assert.Equal((false, "Use one @ with text on both sides, as in name@example.com."), (malformed.Success, malformed.Message));
    }

    [Fact]
    public async Task Thousands_of_demo_users_are_made_within_seconds_and_shown()
    {
        var seed = await _system.SeedAsync(10_000);

        Assert.True(seed.Success, seed.Message);
        Assert.Matches("^[0-9]+ of 10000 demo users were new[.]", seed.Message);
        Assert.Equal((true, seed.Message), (seed.Data!.DisplayImmediately, seed.Data.Value));
        await _system.Client.LoginAsync("demo10000@example.com", "demo password");
    }

    [Fact]
    public async Task The_last_mails_are_shown()
    {
        var email = ApiMoves.NewEmail();
        await _system.Client.RegisterAsync(email);

        var mails = await _system.SucceedAsync("api", "last-mails");

        Assert.True(mails.Data!.DisplayImmediately);
        Assert.Contains($"{email}  VerifyEmail", mails.Data.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_is_verified()
    {
        await _system.Client.RegisterAsync(ApiMoves.NewEmail());

        var verified = await _system.SucceedAsync("api", "verify-audit");

        Assert.Matches("^[1-9][0-9]* audit events are as they were written[.]$", verified.Message);
        Assert.Equal((true, verified.Message), (verified.Data!.DisplayImmediately, verified.Data.Value));
    }

    [Fact]
    public async Task With_HS256_the_command_says_that_there_is_nothing_to_rotate()
    {
        var rotate = await _system.ExecuteAsync("api", "rotate-signing-key");

        Assert.False(rotate.Success);
        Assert.StartsWith("Jwt:Algorithm is HS256, which has nothing to rotate.", rotate.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_api_is_stopped_the_command_says_so()
    {
        await _system.SucceedAsync("api", KnownResourceCommands.StopCommand);
        await _system.WaitForEndAsync("api");

        var mint = await _system.ExecuteForAsync("nobody@example.com", "mint-token");

        await _system.SucceedAsync("api", KnownResourceCommands.StartCommand);
        await _system.WaitUntilHealthyAsync("api");
        Assert.False(mint.Success);
        Assert.StartsWith("The API gave no usable answer; its state and its log say why.", mint.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_ES256_a_new_key_is_published()
    {
        await using var system = await BtecSystem.StartAsync(shared.Kind, algorithm: "ES256");
        await system.WaitUntilHealthyAsync("api");
        var before = await system.Client.GetKeyIdsAsync();

        var rotate = await system.SucceedAsync("api", "rotate-signing-key");

        await Task.Delay(SigningKeySchedule.MaxCacheAge, TestContext.Current.CancellationToken);
        var after = await system.Client.GetKeyIdsAsync();
        Assert.Equal(before, after.SkipLast(1), StringComparer.Ordinal);
        Assert.StartsWith($"Key {after[^1]} is published", rotate.Data!.Value, StringComparison.Ordinal);
    }
}
