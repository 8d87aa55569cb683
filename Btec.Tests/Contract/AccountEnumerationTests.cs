using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text.RegularExpressions;
using Btec.Data.Model;
using Btec.Data.Sqlite;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Contract;

/// <summary>Routes that must not reveal who has an account: for registered and other addresses they do the same work and take the
/// same time. The work is counted, so that any difference fails the test. The time is compared by a sign test, which fails only
/// if the difference shows in every round.</summary>
public abstract partial class AccountEnumerationTests(DatabaseKind kind)
{
    private const int WarmUpPairs = 20;
    private const int Pairs = 300;
    private const int Rounds = 4;

    /// <summary>Three standard deviations of the number of pairs in which the known address is slower, if chance decides:
    /// 3 · √(300 · ½ · ½).</summary>
    private const int MaxDeviation = 26;

    public sealed class OnSqlite() : AccountEnumerationTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : AccountEnumerationTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Password_recovery_does_not_reveal_whether_an_address_is_registered()
    {
        using var logs = new CollectedLogs();
        await using var api = await StartAsync(logs);
        var client = api.CreateClient();
        var (_, known, _) = await client.StartAccountAsync();
        await client.RegisterAsync("zoe@example.com");

        await AssertEqualAsync(api, logs, known, email => client.RecoverAsync(email));
    }

    [Fact]
    public async Task Registration_in_verified_mode_does_not_reveal_whether_an_address_is_registered()
    {
        using var logs = new CollectedLogs();
        await using var api = await StartAsync(logs, AccountMoves.RegistrationSettings("verified"));
        var client = api.CreateClient();
        var known = ApiMoves.NewEmail();
        foreach (var email in new[] { known, "zoe@example.com" })
        {
            using var registered = await client.PostJsonAsync(
                "/api/auth/register", new { email, password = ApiMoves.Password });
            using var confirmed = await client.ConfirmAsync(await api.ReadTokenAsync(email, MailTemplate.ConfirmRegistration));
            Assert.Equal(HttpStatusCode.NoContent, confirmed.StatusCode);
        }

        await AssertEqualAsync(
            api, logs, known, email => client.PostJsonAsync("/api/auth/register", new { email, password = ApiMoves.Password }));
    }

    [Fact]
    public async Task An_address_change_does_not_reveal_whether_an_address_is_registered()
    {
        using var logs = new CollectedLogs();
        await using var api = await StartAsync(logs);
        var client = api.CreateClient();
        var (_, known, _) = await client.StartAccountAsync();
        var (_, _, tokens) = await client.StartAccountAsync();

        await AssertEqualAsync(api, logs, known, email => client.SendJsonAsync(
            HttpMethod.Post, "/api/users/me/email", tokens.Access, new { email, password = ApiMoves.Password }));
    }

    private Task<BtecApi> StartAsync(
        CollectedLogs logs, IReadOnlyDictionary<string, string?>? settings = null) => BtecApi.StartAsync(
        kind,
        new Dictionary<string, string?>(settings ?? ReadOnlyDictionary<string, string?>.Empty, StringComparer.Ordinal)
        {
            ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = nameof(LogLevel.Information),
        },
        addServices: services => services
            .AddSingleton<ILoggerProvider>(logs)
            .ConfigureDbContext<BtecDbContext>(LogEveryStatement)
            .ConfigureDbContext<SqliteBtecDbContext>(LogEveryStatement));

    /// <summary>Makes EF Core ask for every statement whether it is to be logged. By default it caches the answer for a second, and while
    /// one thread asks, statements of others are not logged.</summary>
    private static void LogEveryStatement(DbContextOptionsBuilder options) => options.ConfigureLoggingCacheTime(TimeSpan.Zero);

    private static async Task AssertEqualAsync(
        BtecApi api, CollectedLogs logs, string known, Func<string, Task<HttpResponseMessage>> sendAsync)
    {
        for (var pair = 0; pair < WarmUpPairs; pair++)
            await MeasurePairAsync(known, pair, sendAsync);

        await AssertSameWorkAsync(api, logs, known, sendAsync);
        await AssertSameTimeAsync(known, sendAsync);
    }

    private static async Task AssertSameWorkAsync(
        BtecApi api, CollectedLogs logs, string known, Func<string, Task<HttpResponseMessage>> sendAsync)
    {
        using var hashes = new PasswordHashCounter(api.Services.GetRequiredService<IMeterFactory>());

        var (knownStatements, knownHashes) = await CountAsync(known);
        var (unknownStatements, unknownHashes) = await CountAsync(ApiMoves.NewEmail());

        Assert.NotEmpty(knownStatements);
        Assert.Equal(knownStatements, unknownStatements);
        Assert.Equal(knownHashes, unknownHashes);

        async Task<(List<string> Statements, List<string> Hashes)> CountAsync(string email)
        {
            var before = logs.Lines.Count;
            hashes.Clear();
            using var response = await sendAsync(email);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);

            // Background jobs run outside any request.
            var statements = logs.Lines.Skip(before)
                .Where(line => line.Contains("RequestPath=", StringComparison.Ordinal))
                .Select(line => Statement().Match(line))
                .Where(match => match.Success)
                .Select(match => match.Groups["sql"].Value);
            return ([.. statements], hashes.Operations);
        }
    }

    /// <summary>Load affects both addresses alike, so that each is the slower one in about half of the pairs. Chance exceeds the
    /// limit on one side in one of about 1,000 rounds, so practically never in four in a row; a constant difference does so in
    /// each.</summary>
    private static async Task AssertSameTimeAsync(string known, Func<string, Task<HttpResponseMessage>> sendAsync)
    {
        var deviations = new List<int>();
        for (var round = 0; round < Rounds; round++)
        {
            var slower = 0;
            for (var pair = 0; pair < Pairs; pair++)
                slower += await MeasurePairAsync(known, pair, sendAsync) > TimeSpan.Zero ? 1 : 0;

            deviations.Add(slower - (Pairs / 2));
            TestContext.Current.TestOutputHelper?.WriteLine($"The known address was slower in {slower} of {Pairs} pairs.");
            if (Math.Abs(deviations[^1]) <= MaxDeviation || Math.Sign(deviations[^1]) != Math.Sign(deviations[0]))
                return;
        }

        Assert.Fail($"The known address is slower in {string.Join(", ", deviations.Select(deviation => deviation + (Pairs / 2)))} "
            + $"of {Pairs} pairs each.");
    }

    /// <summary>Returns how much longer a request for the known address takes than one for an unknown address. They take turns
    /// at coming first, so that the effect of one request on the next falls on both.</summary>
    private static async Task<TimeSpan> MeasurePairAsync(
        string known, int pair, Func<string, Task<HttpResponseMessage>> sendAsync)
    {
        var unknown = ApiMoves.NewEmail();
        if (pair % 2 == 0)
        {
            var knownFirst = await MeasureAsync(known);
            return knownFirst - await MeasureAsync(unknown);
        }

        var unknownFirst = await MeasureAsync(unknown);
        return await MeasureAsync(known) - unknownFirst;

        async Task<TimeSpan> MeasureAsync(string email)
        {
            var started = Stopwatch.GetTimestamp();
            using var response = await sendAsync(email);
            var elapsed = Stopwatch.GetElapsedTime(started);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            return elapsed;
        }
    }

    [GeneratedRegex(
        @"Executed DbCommand .*? CommandTimeout='\d+'\]\r?\n(?<sql>.*?) \| ",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Statement();
}
