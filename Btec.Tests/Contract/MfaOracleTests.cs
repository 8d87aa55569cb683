using System.Text.RegularExpressions;
using Btec.Data.Model;
using Btec.Data.Sqlite;
using Btec.Tests.Infrastructure;
using Btec.Tests.Protection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Contract;

/// <summary>The answers to logins of those who do not know the password, and the statements that they cost. A second factor shows only
/// after the right password.</summary>
public abstract partial class MfaOracleTests(DatabaseKind kind)
{
    private const string Wrong = "not the password";

    public sealed class OnSqlite() : MfaOracleTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : MfaOracleTests(DatabaseKind.Postgres);

    [Fact]
    public async Task A_wrong_password_gets_the_same_answer_after_the_same_work_with_a_second_factor_and_without_any_account()
    {
        using var logs = new CollectedLogs();
        await using var api = await StartAsync(logs);
        var plain = ApiMoves.NewEmail();
        await api.CreateClient().RegisterAsync(plain);
        var (id, twoFactors, app) = await api.RegisterWithTotpAsync();
        await api.AddRecoveryCodesAsync(id);
        var answers = new List<string>();

        // Each account has an address of its own, so that all counters begin alike.
        foreach (var (email, address) in new[] { (plain, "192.0.2.1"), (twoFactors, "198.51.100.1"), (ApiMoves.NewEmail(), "203.0.113.1") })
        {
            var client = api.From(address);
            var answer = "";
            foreach (var code in new[] { null, app.Code, app.WrongCode })
            {
                var before = logs.Lines.Count;
                using var login = await client.TryLogInAsync(email, code, Wrong);
                using var grant = await client.TryGrantAsync(email, code, Wrong);
                answer += await DescribeAsync(login) + await DescribeAsync(grant) + string.Join('\n', StatementsOf(logs, before));
            }

            answers.Add(answer);
        }

        Assert.Contains("RateLimit: ", answers[0], StringComparison.Ordinal);
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(answers[0], answers[2]);
        Assert.Equal(0, await api.CountPendingLoginsAsync(id));
    }

    [Fact]
    public async Task A_login_without_a_second_factor_reads_nothing_of_second_factors()
    {
        using var logs = new CollectedLogs();
        await using var api = await StartAsync(logs);
        var email = ApiMoves.NewEmail();
        await api.CreateClient().RegisterAsync(email);
        var before = logs.Lines.Count;

        using var login = await api.From("192.0.2.1").TryLogInAsync(email, "123456");

        await login.AssertLoggedInAsync();
        var statements = StatementsOf(logs, before);
        Assert.NotEmpty(statements);
        Assert.DoesNotContain(statements, statement => FactorTable().IsMatch(statement));
    }

    [Fact]
    public async Task Each_step_of_a_login_with_a_second_factor_runs_few_statements()
    {
        using var logs = new CollectedLogs();
        await using var api = await StartAsync(logs);
        var (_, email, app) = await api.RegisterWithTotpAsync();
        var client = api.From("192.0.2.1");

        var before = logs.Lines.Count;
        var token = await client.BeginLoginAsync(email);
        var first = StatementsOf(logs, before);
        before = logs.Lines.Count;
        using var completed = await client.CompleteAsync(token, app.Code);
        var second = StatementsOf(logs, before);

        await completed.AssertLoggedInAsync();
        // The user; the lock, the methods, the room for it, the pending login; the audit chain, its end and the event.
        Assert.InRange(first.Count, 7, 8);
        // The pending login and its user; the lock, the attempt, the authenticators, the step, the pending login; and the rest of any login.
        Assert.InRange(second.Count, 10, 12);
        Assert.Single(first, statement => FactorTable().IsMatch(statement) && statement.Contains("totp_factors", StringComparison.Ordinal));
    }

    private static async Task<string> DescribeAsync(HttpResponseMessage response)
    {
        var body = await response.ReadJsonAsync();
        var headers = response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        return $"{response.StatusCode}\n{string.Join('\n', headers)}\n"
            + body.GetRawText().Replace(body.GetProperty("trace_id").GetString()!, "", StringComparison.Ordinal);
    }

    private static List<string> StatementsOf(CollectedLogs logs, int before) =>
    [
        .. logs.Lines.Skip(before)
            .Where(line => line.Contains("RequestPath=", StringComparison.Ordinal))
            .Select(line => Statement().Match(line)).Where(match => match.Success).Select(match => match.Groups["sql"].Value),
    ];

    private Task<BtecApi> StartAsync(CollectedLogs logs) => BtecApi.StartAsync(
        kind,
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

    [GeneratedRegex("totp_factors|recovery_codes|passkeys|pending_logins", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FactorTable();
}
