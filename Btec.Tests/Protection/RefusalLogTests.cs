using System.Net;
using Btec.Api.Platform.Errors;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Protection;

/// <summary>The traces that refused requests leave in the log.</summary>
public sealed class RefusalLogTests : IAsyncLifetime
{
    private const string Here = "203.0.113.7";
    private readonly CollectedLogs _logs = new();
    private BtecApi? _api;

    private BtecApi Api => _api!;

    public async ValueTask InitializeAsync() => _api = await BtecApi.StartAsync(
        DatabaseKind.Sqlite,
        LimitedApi.Settings(
            ("RateLimiting:Login:PerAddress:Limit", "1"),
            ("RateLimiting:Login:PerAddress:Window", "1.00:00:00"),
            ("RateLimiting:Recovery:PerAddress:Limit", "2"),
            ("RateLimiting:Recovery:PerAccount:Limit", "1")),
        addServices: services => services.AddSingleton<ILoggerProvider>(_logs));

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        _logs.Dispose();
    }

    [Fact]
    [Asvs("16.3.2")]
    public async Task A_caller_who_walks_administrators_routes_leaves_a_line_for_each_with_their_id_and_address()
    {
        var client = Api.From(Here);
        var (id, _, tokens) = await client.StartAccountAsync();
        foreach (var path in new[] { "/api/users", "/api/audit-events" })
        {
            using var refused = await client.GetAsync(path, tokens.Access);
            await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        }

        Assert.Equal(
            [$"forbidden, GET /api/users, user {id}, address {Here}.", $"forbidden, GET /api/audit-events, user {id}, address {Here}."],
            FindLines("Refused: "));
    }

    [Fact]
    public async Task A_flood_of_refusals_is_sampled_and_the_others_are_counted()
    {
        var client = Api.From(Here);
        (await client.TryLoginAsync(ApiMoves.NewEmail())).Dispose();
        for (var request = 0; request < RefusalLog.LinesPerMinute + 30; request++)
        {
            using var refused = await client.TryLoginAsync(ApiMoves.NewEmail());
            await refused.AssertLimitedAsync();
        }

        var lines = FindLines("Refused: ");
        Assert.Equal(RefusalLog.LinesPerMinute, lines.Count);
        Assert.All(lines, line => Assert.Equal($"rate_limited, POST /api/auth/login, user (null), address {Here}.", line));
        Assert.Empty(FindLines("Refused 30 more"));

        Api.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["requests within a minute: rate_limited."], FindLines("Refused 30 more "));
        using var later = await client.TryLoginAsync(ApiMoves.NewEmail());
        await later.AssertLimitedAsync();
        Assert.Equal(RefusalLog.LinesPerMinute + 1, FindLines("Refused: ").Count);
    }

    [Fact]
    public async Task A_recovery_beyond_its_limits_leaves_a_trace_although_it_is_answered_202()
    {
        var email = ApiMoves.NewEmail();
        for (var request = 0; request < 3; request++)
        {
            using var accepted = await Api.From(Here).RecoverAsync(email);
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        }

        // The second is over the limit of the account, and the third over that of the address.
        var line = $"rate_limited, POST /api/auth/password-recovery, user (null), address {Here}.";
        Assert.Equal([line, line], FindLines("Refused: "));
    }

    /// <summary>Returns what follows the text in the lines that contain it, up to their structured values.</summary>
    private List<string> FindLines(string text) =>
    [
        .. _logs.Lines.Where(line => line.Contains($"RefusalLog {text}", StringComparison.Ordinal))
            .Select(line => line.Split(text, 2)[1].Split(" |")[0].Trim()),
    ];
}
