using System.Net;
using System.Text.RegularExpressions;
using Btec.Data.Model;
using Btec.Data.Sqlite;
using Btec.Tests.Infrastructure;
using Btec.Tests.Protection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The answers to sign-ins in a browser of those who do not know the password: those of the login of the API, after the same
/// work.</summary>
public sealed partial class SignInOracleTests
{
    private const string Wrong = "not the password";

    [Fact]
    public async Task A_wrong_password_gets_the_answer_of_the_API_after_the_same_work_whoever_has_the_account()
    {
        using var logs = new CollectedLogs();
        await using var api = await StartAsync(logs);
        var (plain, inactive) = (ApiMoves.NewEmail(), ApiMoves.NewEmail());
        await api.CreateClient().RegisterAsync(plain);
        await api.CreateClient().RegisterAsync(inactive);
        await api.ActivateAsync(inactive, active: false);
        var (_, twoFactors, _) = await api.RegisterWithTotpAsync();
        var (ofBrowser, ofApi) = (new List<string>(), new List<string>());

        // Each account has an address of its own, so that all counters begin alike.
        foreach (var (email, network) in new[] { (plain, 1), (twoFactors, 2), (inactive, 3), (ApiMoves.NewEmail(), 4), ("no address", 5) })
        {
            using var browser = new TestBrowser(api, $"192.0.{network}.1");
            var before = logs.Lines.Count;
            using var session = await browser.TrySignInAsync(new { email, password = Wrong });
            ofBrowser.Add($"{await DescribeAsync(session)}{string.Join('\n', StatementsOf(logs, before))}");
            Assert.Null(browser.Cookie);
            before = logs.Lines.Count;
            using var login = await api.From($"198.51.{network}.1").TryLoginAsync(email, Wrong);
            ofApi.Add($"{await DescribeAsync(login)}{string.Join('\n', StatementsOf(logs, before))}");
        }

        Assert.Contains("Unauthorized", ofBrowser[0], StringComparison.Ordinal);
        Assert.Equal(ofApi[0], ofBrowser[0]);
        // An account costs one query more than a text that is no address.
        Assert.All(ofBrowser[..4], answer => Assert.Equal(ofBrowser[0], answer));
        Assert.Equal(ofApi[4], ofBrowser[4]);
    }

    [Fact]
    public async Task A_browser_and_the_API_share_the_limits_of_an_account()
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            LimitedApi.Settings(("RateLimiting:Login:PerAccount:Limit", "4"), ("RateLimiting:Slowdown:AfterFailures", "100")));
        var email = ApiMoves.NewEmail();
        using var browser = new TestBrowser(api, "192.0.2.1");
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var session = await browser.TrySignInAsync(new { email, password = Wrong });
            await session.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
            using var login = await api.From("198.51.100.1").TryLoginAsync(email, Wrong);
            await login.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        }

        using var last = await browser.TrySignInAsync(new { email, password = Wrong });
        await last.AssertLimitedAsync();
    }

    [Fact]
    public async Task Authorization_requests_are_limited_by_address()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, LimitedApi.Settings());
        using var browser = new TestBrowser(api, "192.0.2.1");
        for (var attempt = 0; attempt < 60; attempt++)
        {
            using var response = await browser.AuthorizeAsync("nobody");
            await response.AssertProblemAsync(HttpStatusCode.BadRequest, "client_unknown");
        }

        using var refused = await browser.AuthorizeAsync("nobody");
        await refused.AssertLimitedAsync();
        using var elsewhere = new TestBrowser(api, "198.51.100.1");
        using var other = await elsewhere.AuthorizeAsync("nobody");
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
    }

    private static async Task<string> DescribeAsync(HttpResponseMessage response)
    {
        var body = await response.ReadJsonAsync();
        return $"{response.StatusCode}\n"
            + body.GetRawText().Replace(body.GetProperty("trace_id").GetString()!, "", StringComparison.Ordinal);
    }

    private static List<string> StatementsOf(CollectedLogs logs, int before) =>
    [
        .. logs.Lines.Skip(before)
            .Where(line => line.Contains("RequestPath=", StringComparison.Ordinal))
            .Select(line => Statement().Match(line)).Where(match => match.Success).Select(match => match.Groups["sql"].Value),
    ];

    private static Task<BtecApi> StartAsync(CollectedLogs logs) => BtecApi.StartAsync(
        DatabaseKind.Sqlite,
        LimitedApi.Settings(("Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command", nameof(LogLevel.Information))),
        addServices: services => services
            .AddSingleton<ILoggerProvider>(logs)
            .ConfigureDbContext<BtecDbContext>(LogEveryStatement)
            .ConfigureDbContext<SqliteBtecDbContext>(LogEveryStatement));

    /// <summary>Makes EF Core ask for every statement whether it is to be logged. By default it caches the answer for a second.</summary>
    private static void LogEveryStatement(DbContextOptionsBuilder options) => options.ConfigureLoggingCacheTime(TimeSpan.Zero);

    [GeneratedRegex(
        @"Executed DbCommand .*? CommandTimeout='\d+'\]\r?\n(?<sql>.*?) \| ",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Statement();
}
