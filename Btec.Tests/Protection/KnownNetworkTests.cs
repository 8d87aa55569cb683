using System.Net;
using Btec.Api.Platform.RateLimiting;
using Btec.Data.Model;
using Btec.Data.Sqlite;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Protection;

/// <summary>Networks in which the owner of an account is known, and what that spares them.</summary>
public abstract class KnownNetworkTests(DatabaseKind kind)
{
    private const string Home = "198.51.100.7";
    private const string Neighbor = "198.51.100.200";
    private const string Wrong = "not the password";

    public sealed class OnSqlite() : KnownNetworkTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : KnownNetworkTests(DatabaseKind.Postgres);

    [Fact]
    public async Task A_network_is_not_known_any_more_once_its_sessions_have_ended()
    {
        await using var api = await StartAsync();
        var email = await RegisterAsync(api);
        var tokens = await api.From(Home).StartSessionAsync(email);
        for (var failure = 0; failure < 10; failure++)
            await FailAsync(api.From(Neighbor), email);
        await api.From(Home).LoginAsync(email);

        using var ended = await api.From(Home).LogOutAsync(tokens.Access, "?scope=global");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        for (var failure = 0; failure < 5; failure++)
            await FailAsync(api.From(Neighbor), email);

        await FailAsync(api.From(Home), email, ApiMoves.Password);
    }

    [Fact]
    public async Task A_network_is_not_known_any_more_once_its_sessions_have_expired()
    {
        await using var api = await StartAsync();
        var email = await RegisterAsync(api);
        await api.From(Home).LoginAsync(email);
        api.Clock.Advance(TimeSpan.FromDays(31));
        for (var failure = 0; failure < 5; failure++)
            await FailAsync(api.From(Neighbor), email);

        await FailAsync(api.From(Home), email, ApiMoves.Password);
    }

    [Fact]
    public async Task The_limit_of_the_account_does_not_spare_a_network_whose_sessions_have_ended()
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAccount:Limit", "3"));
        var email = await RegisterAsync(api);
        var tokens = await api.From(Home).StartSessionAsync(email);
        for (var attempt = 0; attempt < 3; attempt++)
            await FailAsync(api.From("203.0.113.1"), email);
        await api.From(Home).LoginAsync(email);

        using var ended = await api.From(Home).LogOutAsync(tokens.Access, "?scope=global");
        using var refused = await api.From(Home).TryLoginAsync(email);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await refused.AssertLimitedAsync();
    }

    [Fact]
    [Asvs("6.3.1")]
    public async Task Even_in_a_known_network_failures_in_a_row_are_limited()
    {
        Assert.Equal(100, new RateLimitingOptions().KnownSlowdown.AfterFailures);
        await using var api = await StartAsync(("RateLimiting:KnownSlowdown:AfterFailures", "8"));
        var email = await RegisterAsync(api);
        await api.From(Home).LoginAsync(email);
        for (var failure = 0; failure < 7; failure++)
            await FailAsync(api.From(Neighbor), email);
        await api.From(Home).LoginAsync(email);

        for (var failure = 0; failure < 8; failure++)
            await FailAsync(api.From(Neighbor), email);
        await FailAsync(api.From(Home), email, ApiMoves.Password);

        api.Clock.Advance(TimeSpan.FromMinutes(1));
        await api.From(Home).LoginAsync(email);
    }

    [Fact]
    public async Task After_a_reset_by_a_mailed_link_the_owner_logs_in_although_strangers_use_up_the_limit_of_the_account()
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAccount:Limit", "3"));
        var email = await RegisterAsync(api);
        await ExhaustAsync(api, email);
        using var refused = await api.From(Home).TryLoginAsync(email);
        await refused.AssertLimitedAsync();

        using var recovered = await api.From(Home).RecoverAsync(email);
        using var reset = await api.From(Home).ResetAsync(await api.ReadTokenAsync(email, MailTemplate.ResetPassword));
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        await ExhaustAsync(api, email);

        await api.From(Home).LoginAsync(email, AccountMoves.OtherPassword);
        using var elsewhere = await api.From("192.0.2.1").TryLoginAsync(email, AccountMoves.OtherPassword);
        await elsewhere.AssertLimitedAsync();
    }

    [Fact]
    public async Task Recovery_is_always_answered_202_alike_for_all_addresses_and_mails_at_most_as_often_as_its_limit()
    {
        await using var api = await StartAsync(("RateLimiting:Recovery:PerAccount:Limit", "3"));
        var known = await RegisterAsync(api);
        await api.From(Home).LoginAsync(known);
        var answers = new List<string>();
        foreach (var (email, addresses) in new[]
        {
            (known, new[] { Neighbor, "203.0.113.1" }), (ApiMoves.NewEmail(), ["192.0.2.1", "233.252.0.1"]),
        })
        {
            for (var request = 0; request < 8; request++)
            {
                using var answer = await api.From(addresses[request % 2]).RecoverAsync(email);
                await answer.AssertEmptyAsync(HttpStatusCode.Accepted);
                Assert.Empty(answer.Header("Retry-After"));
                answers.Add(answer.Header("RateLimit"));
            }
        }

        Assert.Equal(answers[..8], answers[8..]);
        var tokens = await api.ReadTokensAsync(known, MailTemplate.ResetPassword);
        Assert.Equal(3, tokens.Count);
        using var reset = await api.From(Home).ResetAsync(tokens[^1]);
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
    }

    [Fact]
    public async Task Beyond_the_limit_of_its_address_recovery_is_answered_202_and_mails_nothing()
    {
        await using var api = await StartAsync(("RateLimiting:Recovery:PerAddress:Limit", "1"));
        var email = await RegisterAsync(api);
        using var unknown = await api.From(Home).RecoverAsync(ApiMoves.NewEmail());
        using var beyond = await api.From(Home).RecoverAsync(email);

        await unknown.AssertEmptyAsync(HttpStatusCode.Accepted);
        await beyond.AssertEmptyAsync(HttpStatusCode.Accepted);
        Assert.Contains("\"address\";r=0", beyond.Header("RateLimit"), StringComparison.Ordinal);
        Assert.Empty(beyond.Header("Retry-After"));
        // The next mail of the account is the first one.
        using var elsewhere = await api.From("192.0.2.1").RecoverAsync(email);
        await elsewhere.AssertEmptyAsync(HttpStatusCode.Accepted);
        await api.ReadTokenAsync(email, MailTemplate.ResetPassword);
        Assert.Single(await api.ReadTokensAsync(email, MailTemplate.ResetPassword));
    }

    [Fact]
    public async Task Failures_while_a_network_was_known_do_not_throttle_it_when_it_no_longer_is()
    {
        await using var api = await StartAsync();
        var email = await RegisterAsync(api);
        var access = await api.From(Home).LoginAsync(email);
        for (var failure = 0; failure < 6; failure++)
            (await api.From(Home).TryLoginAsync(email, "not the password")).Dispose();

        using var left = await api.From(Home).LogOutAsync(access, "?scope=local");
        Assert.Equal(HttpStatusCode.NoContent, left.StatusCode);
        (await api.From(Home).TryLoginAsync(email, "not the password")).Dispose();

        await api.From(Home).LoginAsync(email);
    }

    [Fact]
    public async Task A_login_finds_the_user_and_the_known_networks_with_one_statement()
    {
        using var logs = new CollectedLogs();
        var settings = LimitedApi.Settings(
            ("Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command", nameof(LogLevel.Information)));
        await using var api = await BtecApi.StartAsync(kind, settings, addServices: services => services
            .AddSingleton<ILoggerProvider>(logs)
            .ConfigureDbContext<BtecDbContext>(LogEveryStatement)
            .ConfigureDbContext<SqliteBtecDbContext>(LogEveryStatement));
        var email = await RegisterAsync(api);
        await api.From(Home).LoginAsync(email);
        var before = logs.Lines.Count;

        await FailAsync(api.From(Neighbor), email);

        var statements = logs.Lines.Skip(before).Where(line =>
            line.Contains("Executed DbCommand", StringComparison.Ordinal)
            && line.Contains("RequestPath=/api/auth/login", StringComparison.Ordinal));
        var query = Assert.Single(statements, line => line.Contains("users", StringComparison.Ordinal));
        Assert.Contains("sessions", query, StringComparison.Ordinal);
    }

    /// <summary>Makes EF Core ask for every statement whether it is to be logged. By default it caches the answer for a
    /// second.</summary>
    private static void LogEveryStatement(DbContextOptionsBuilder options) => options.ConfigureLoggingCacheTime(TimeSpan.Zero);

    private static async Task ExhaustAsync(BtecApi api, string email)
    {
        for (var attempt = 0; attempt < 4; attempt++)
            (await api.From($"203.0.{attempt}.1").TryLoginAsync(email, Wrong)).Dispose();
    }

    private static async Task FailAsync(HttpClient client, string email, string password = Wrong)
    {
        using var response = await client.TryLoginAsync(email, password);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    private static async Task<string> RegisterAsync(BtecApi api)
    {
        var email = ApiMoves.NewEmail();
        await api.From("192.0.2.99").RegisterAsync(email);
        return email;
    }

    private Task<BtecApi> StartAsync(params (string Name, string Value)[] settings) =>
        BtecApi.StartAsync(kind, LimitedApi.Settings(settings));
}
