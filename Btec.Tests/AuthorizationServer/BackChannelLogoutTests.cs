using Btec.Api.Features.BackChannelLogout;
using Btec.Api.Platform.BearerTokens;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The delivery of logout tokens to clients (OpenID Connect Back-Channel Logout 1.0).</summary>
public abstract class BackChannelLogoutTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : BackChannelLogoutTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : BackChannelLogoutTests(DatabaseKind.Postgres);

    [Fact]
    public async Task A_client_gets_a_logout_token_that_the_published_keys_verify_once()
    {
        await using var receiver = await LogoutReceiver.StartAsync();
        await using var api = await StartAsync(receiver.Address);
        var notice = await AddAsync(api);
        var row = await WaitAsync(api, notice, sent => sent.SentAt is not null);
        await PassEverythingDueAsync(api);

        var token = receiver.Tokens.First();
        Assert.Equal(2, receiver.Tokens.Select(SessionOf).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(2, receiver.Tokens.Count);
        Assert.Equal("logout+jwt", TokenForge.Open(token).Header.GetProperty("typ").GetString());
        var claims = TokenForge.Open(token).Claims;
        Assert.Equal(("shop", notice.SessionId), (claims.GetProperty("aud").GetString(), claims.GetProperty("sid").GetGuid()));
        Assert.True(await api.CreateClient().IsSignedByPublishedKeyAsync(token));
        Assert.Equal(1, row.Attempts);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(302)]
    [InlineData(307)]
    [Asvs("15.3.2")]
    public async Task Another_answer_is_a_failure_and_redirects_are_not_followed(int status)
    {
        await using var receiver = await LogoutReceiver.StartAsync();
        await using var api = await StartAsync(receiver.Address);
        receiver.Status = status;

        var notice = await AddAsync(api);

        var failed = await WaitAsync(api, notice, row => row.LastError is not null);
        var first = Assert.Single(receiver.Tokens);
        Assert.Equal((1, $"The client answered {status}."), (failed.Attempts, failed.LastError));
        Assert.Null(failed.SentAt);
        Assert.Equal(notice.CreatedAt + TimeSpan.FromSeconds(5), failed.NextAttemptAt);
        receiver.Status = 204;
        Pass(api, TimeSpan.FromSeconds(5));
        await WaitAsync(api, notice, row => row.SentAt is not null);
        Assert.Equal(2, receiver.Tokens.Count);
        // A client may refuse a token that it has seen before.
        Assert.NotEqual(IdOf(first), IdOf(receiver.Tokens.Last()), StringComparer.Ordinal);
        Assert.All(receiver.Tokens, token => Assert.Equal(SessionOf(first), SessionOf(token)));
    }

    [Fact]
    public async Task A_notice_that_a_day_of_attempts_did_not_deliver_is_abandoned()
    {
        await using var receiver = await LogoutReceiver.StartAsync();
        await using var api = await StartAsync(receiver.Address);
        receiver.Status = 503;
        var notice = await AddAsync(api);
        await WaitAsync(api, notice, row => row.LastError is not null);
        var last = notice.CreatedAt + TimeSpan.FromDays(1);

        Pass(api, TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        var repeated = await WaitAsync(api, notice, row => row.Attempts == 2 && row.NextAttemptAt == last);
        Assert.Null(repeated.AbandonedAt);
        Pass(api, TimeSpan.FromSeconds(5));
        await WaitAsync(api, notice, row => row.AbandonedAt is not null);

        Assert.Equal(3, receiver.Tokens.Count);
        receiver.Status = 204;
        Pass(api, TimeSpan.FromDays(1));
        await PassEverythingDueAsync(api);
        Assert.Equal(3, receiver.Tokens.Count(token => SessionOf(token) == notice.SessionId.ToString("D")));
    }

    [Fact]
    public async Task Senders_that_run_at_once_deliver_each_notice_once()
    {
        const int Count = 30;
        await using var receiver = await LogoutReceiver.StartAsync();
        await using var database = await TestDatabase.CreateAsync(kind);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var first = await BtecApi.StartInstanceAsync(database, clock, Settings(receiver.Address), environment: "Development");
        await using var second = await BtecApi.StartInstanceAsync(database, clock, Settings(receiver.Address), environment: "Development");
        await using var third = await BtecApi.StartInstanceAsync(database, clock, Settings(receiver.Address), environment: "Development");
        var due = clock.GetStoredNow() + TimeSpan.FromSeconds(5);
        var notices = Enumerable.Range(0, Count).Select(_ => Create(due)).ToList();
        await StoreAsync(first, [.. notices]);

        clock.Pass(TimeSpan.FromSeconds(5));
        foreach (var api in new[] { first, second, third })
            Wake(api);

        foreach (var notice in notices)
            Assert.Equal(1, (await WaitAsync(first, notice, row => row.SentAt is not null)).Attempts);

        Assert.Equal(Count, receiver.Tokens.Count);
        Assert.Equal(Count, receiver.Tokens.Select(IdOf).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task The_notice_of_a_sender_that_was_killed_is_sent_after_its_lease()
    {
        await using var receiver = await LogoutReceiver.StartAsync();
        await using var api = await StartAsync(receiver.Address);
        var claimed = await AddAsync(api, isClaimed: true);

        await PassEverythingDueAsync(api);
        Assert.DoesNotContain(receiver.Tokens, token => SessionOf(token) == claimed.SessionId.ToString("D"));
        Pass(api, LogoutNoticeQueue.Lease);
        var sent = await WaitAsync(api, claimed, row => row.SentAt is not null);

        Assert.Equal(2, sent.Attempts);
        Assert.Single(receiver.Tokens, token => SessionOf(token) == claimed.SessionId.ToString("D"));
    }

    [Fact]
    public async Task The_notice_of_a_sender_that_was_killed_after_the_answer_is_sent_again_with_another_jti()
    {
        await using var receiver = await LogoutReceiver.StartAsync();
        await using var api = await StartAsync(receiver.Address);
        var claimed = await AddAsync(api, isClaimed: true);
        await using (var scope = api.Services.CreateAsyncScope())
        {
            var token = await scope.ServiceProvider.GetRequiredService<LogoutTokenIssuer>()
                .IssueAsync(claimed, TestContext.Current.CancellationToken);
            await scope.ServiceProvider.GetRequiredService<LogoutNoticeClient>()
                .PostAsync(receiver.Address, token, TestContext.Current.CancellationToken);
        }

        Pass(api, LogoutNoticeQueue.Lease);
        await WaitAsync(api, claimed, row => row.SentAt is not null);

        Assert.Equal(2, receiver.Tokens.Count);
        Assert.Single(receiver.Tokens.Select(SessionOf).Distinct(StringComparer.Ordinal));
        Assert.Equal(2, receiver.Tokens.Select(IdOf).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_notice_to_a_client_that_is_not_told_any_more_is_abandoned()
    {
        await using var receiver = await LogoutReceiver.StartAsync();
        await using var api = await StartAsync(receiver.Address);

        var notice = await AddAsync(api, clientId: "gone");

        await WaitAsync(api, notice, row => row.AbandonedAt is not null);
        Assert.Empty(receiver.Tokens);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/", "The URI is not of https.")]
    [InlineData("https://127.0.0.1:{0}/", "The host has no address of the public internet.")]
    [InlineData("https://localhost:{0}/", "The host has no address of the public internet.")]
    [Asvs("1.3.6")]
    public async Task Outside_Development_nothing_is_sent_to_an_address_that_is_not_public(string address, string error)
    {
        await using var receiver = await LogoutReceiver.StartAsync();
        var port = new Uri(receiver.Address).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await using var api = await StartAsync(address.Replace("{0}", port, StringComparison.Ordinal), "Testing");

        var notice = await AddAsync(api);

        var row = await WaitAsync(api, notice, failed => failed.LastError is not null);
        Assert.Empty(receiver.Tokens);
        Assert.Equal(1, row.Attempts);
        Assert.StartsWith(error, row.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_notices_finished_a_week_ago_are_deleted()
    {
        await using var api = await StartAsync("http://127.0.0.1:9/");
        var now = api.Clock.GetUtcNow();
        var (week, second) = (TimeSpan.FromDays(7), TimeSpan.FromSeconds(1));
        await StoreAsync(
            api,
            Create(now - week - second, sentAt: now - week - second),
            Create(now - week - second, abandonedAt: now - week - second),
            Create(now - week - second, sentAt: now - week + second),
            Create(now - week - second, abandonedAt: now - week + second),
            // Claimed, so that nobody sends or abandons it.
            Create(now - week - second, attempts: 1, nextAttemptAt: now + second));

        var deleted = await api.Services.GetServices<IHostedService>().OfType<LogoutNoticeCleanup>().Single()
            .RunOnceAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, deleted);
        Assert.Equal(3, await api.WithDatabaseAsync(database => database.LogoutNotices.CountAsync()));
    }

    private static string SessionOf(string token) => TokenForge.Open(token).Claims.GetProperty("sid").GetString()!;

    private static string IdOf(string token) => TokenForge.Open(token).Claims.GetProperty("jti").GetString()!;

    private Task<BtecApi> StartAsync(string address, string environment = "Development") =>
        BtecApi.StartAsync(kind, Settings(address), environment);

    private static Dictionary<string, string?> Settings(string address) => new(StringComparer.Ordinal)
    {
        ["OAuth:Clients:0:Id"] = "shop",
        ["OAuth:Clients:0:Name"] = "Shop",
        ["OAuth:Clients:0:RedirectUris:0"] = "https://shop.example.com/callback",
        ["OAuth:Clients:0:BackChannelLogoutUri"] = address,
    };

    /// <summary>Adds a notice that is due, or one that a sender has claimed and left.</summary>
    private static async Task<LogoutNotice> AddAsync(BtecApi api, string clientId = "shop", bool isClaimed = false)
    {
        var now = api.Clock.GetStoredNow();
        var notice = isClaimed
            ? Create(now, clientId, attempts: 1, nextAttemptAt: now + LogoutNoticeQueue.Lease)
            : Create(now, clientId);
        await StoreAsync(api, notice);
        return notice;
    }

    private static LogoutNotice Create(
        DateTimeOffset createdAt,
        string clientId = "shop",
        int attempts = 0,
        DateTimeOffset? nextAttemptAt = null,
        DateTimeOffset? sentAt = null,
        DateTimeOffset? abandonedAt = null) => new()
        {
            Id = Guid.CreateVersion7(),
            ClientId = clientId,
            UserId = 1,
            SessionId = Guid.CreateVersion7(),
            CreatedAt = createdAt,
            NextAttemptAt = nextAttemptAt ?? createdAt,
            Attempts = attempts,
            SentAt = sentAt,
            AbandonedAt = abandonedAt,
        };

    private static Task<int> StoreAsync(BtecApi api, params LogoutNotice[] notices) => api.WithDatabaseAsync(database =>
    {
        database.LogoutNotices.AddRange(notices);
        return database.SaveChangesAsync(TestContext.Current.CancellationToken);
    });

    /// <summary>Lets time pass, and wakes the sender.</summary>
    private static void Pass(BtecApi api, TimeSpan time)
    {
        api.Clock.Pass(time);
        Wake(api);
    }

    private static void Wake(BtecApi api) => api.Services.GetRequiredService<LogoutNoticeSignal>().Pulse();

    /// <summary>Waits until a notice that became due after all others has been sent, so that they were claimed before it.</summary>
    private static async Task PassEverythingDueAsync(BtecApi api)
    {
        api.Clock.Pass(TimeSpan.FromSeconds(5));
        var last = await AddAsync(api);
        await WaitAsync(api, last, row => row.SentAt is not null);
    }

    private static async Task<LogoutNotice> WaitAsync(BtecApi api, LogoutNotice notice, Func<LogoutNotice, bool> expected)
    {
        LogoutNotice? found = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                found = await api.WithDatabaseAsync(database => database.LogoutNotices.AsNoTracking()
                    .SingleAsync(row => row.Id == notice.Id, TestContext.Current.CancellationToken));
                return expected(found);
            },
            "the notice is as expected");
        return found!;
    }
}
