using Btec.Api.Features.BackChannelLogout;
using Btec.Api.Platform.BearerTokens;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

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

        await SendAsync(api);
        await SendAsync(api);

        var token = Assert.Single(receiver.Tokens);
        Assert.Equal("logout+jwt", TokenForge.Open(token).Header.GetProperty("typ").GetString());
        var claims = TokenForge.Open(token).Claims;
        Assert.Equal(("shop", notice.SessionId), (claims.GetProperty("aud").GetString(), claims.GetProperty("sid").GetGuid()));
        Assert.True(await api.CreateClient().IsSignedByPublishedKeyAsync(token));
        var row = await ReadAsync(api);
        Assert.NotNull(row.SentAt);
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
        await AddAsync(api);
        receiver.Status = status;

        await SendAsync(api);

        var first = Assert.Single(receiver.Tokens);
        var failed = await ReadAsync(api);
        Assert.Equal((1, $"The client answered {status}."), (failed.Attempts, failed.LastError));
        Assert.Null(failed.SentAt);
        receiver.Status = 204;
        await SendAsync(api);
        Assert.Single(receiver.Tokens);
        api.Clock.Pass(TimeSpan.FromSeconds(5));
        await SendAsync(api);
        Assert.Equal(2, receiver.Tokens.Count);
        // A client may refuse a token that it has seen before.
        Assert.NotEqual(IdOf(first), IdOf(receiver.Tokens.Last()), StringComparer.Ordinal);
        Assert.All(receiver.Tokens, token => Assert.Equal(SessionOf(first), SessionOf(token)));
        Assert.NotNull((await ReadAsync(api)).SentAt);
    }

    [Fact]
    public async Task A_notice_that_a_day_of_attempts_did_not_deliver_is_abandoned()
    {
        await using var receiver = await LogoutReceiver.StartAsync();
        await using var api = await StartAsync(receiver.Address);
        await AddAsync(api);
        receiver.Status = 503;
        await SendAsync(api);

        api.Clock.Pass(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        await SendAsync(api);
        Assert.Null((await ReadAsync(api)).AbandonedAt);
        api.Clock.Pass(TimeSpan.FromSeconds(5));
        await SendAsync(api);

        Assert.NotNull((await ReadAsync(api)).AbandonedAt);
        Assert.Equal(3, receiver.Tokens.Count);
        api.Clock.Pass(TimeSpan.FromDays(1));
        await SendAsync(api);
        Assert.Equal(3, receiver.Tokens.Count);
    }

    [Fact]
    public async Task Senders_that_run_at_once_deliver_each_notice_once()
    {
        const int Count = 30;
        await using var receiver = await LogoutReceiver.StartAsync();
        await using var api = await StartAsync(receiver.Address);
        for (var number = 0; number < Count; number++)
            await AddAsync(api);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => SendAsync(api))));

        Assert.Equal(Count, receiver.Tokens.Count);
        Assert.Equal(Count, receiver.Tokens.Select(IdOf).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task The_notice_of_a_sender_that_was_killed_is_sent_after_its_lease()
    {
        await using var receiver = await LogoutReceiver.StartAsync();
        await using var api = await StartAsync(receiver.Address);
        await AddAsync(api);
        await using (var scope = api.Services.CreateAsyncScope())
        {
            Assert.NotNull(await scope.ServiceProvider.GetRequiredService<LogoutNoticeQueue>()
                .ClaimAsync([], TestContext.Current.CancellationToken));
        }

        await SendAsync(api);
        Assert.Empty(receiver.Tokens);
        api.Clock.Pass(LogoutNoticeQueue.Lease);
        await SendAsync(api);

        Assert.Single(receiver.Tokens);
    }

    [Fact]
    public async Task The_notice_of_a_sender_that_was_killed_after_the_answer_is_sent_again_with_another_jti()
    {
        await using var receiver = await LogoutReceiver.StartAsync();
        await using var api = await StartAsync(receiver.Address);
        await AddAsync(api);
        await using (var scope = api.Services.CreateAsyncScope())
        {
            var claimed = await scope.ServiceProvider.GetRequiredService<LogoutNoticeQueue>()
                .ClaimAsync([], TestContext.Current.CancellationToken);
            var token = await scope.ServiceProvider.GetRequiredService<LogoutTokenIssuer>()
                .IssueAsync(claimed!, TestContext.Current.CancellationToken);
            await scope.ServiceProvider.GetRequiredService<LogoutNoticeClient>()
                .PostAsync(receiver.Address, token, TestContext.Current.CancellationToken);
        }

        api.Clock.Pass(LogoutNoticeQueue.Lease);
        await SendAsync(api);

        Assert.Equal(2, receiver.Tokens.Count);
        Assert.Single(receiver.Tokens.Select(SessionOf).Distinct(StringComparer.Ordinal));
        Assert.Equal(2, receiver.Tokens.Select(IdOf).Distinct(StringComparer.Ordinal).Count());
        Assert.NotNull((await ReadAsync(api)).SentAt);
    }

    [Fact]
    public async Task A_notice_to_a_client_that_is_not_told_any_more_is_abandoned()
    {
        await using var receiver = await LogoutReceiver.StartAsync();
        await using var api = await StartAsync(receiver.Address);
        await AddAsync(api, clientId: "gone");

        await SendAsync(api);

        Assert.NotNull((await ReadAsync(api)).AbandonedAt);
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
        await AddAsync(api);

        await SendAsync(api);

        Assert.Empty(receiver.Tokens);
        var row = await ReadAsync(api);
        Assert.Equal(1, row.Attempts);
        Assert.StartsWith(error, row.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_notices_finished_a_week_ago_are_deleted()
    {
        await using var api = await StartAsync("http://127.0.0.1:9/");
        var now = api.Clock.GetUtcNow();
        var (week, second) = (TimeSpan.FromDays(7), TimeSpan.FromSeconds(1));
        await AddAsync(api, createdAt: now - week - second, sentAt: now - week - second);
        await AddAsync(api, createdAt: now - week - second, abandonedAt: now - week - second);
        await AddAsync(api, createdAt: now - week - second, sentAt: now - week + second);
        await AddAsync(api, createdAt: now - week - second, abandonedAt: now - week + second);
        await AddAsync(api, createdAt: now - week - second);

        var deleted = await api.Services.GetServices<IHostedService>().OfType<LogoutNoticeCleanup>().Single()
            .RunOnceAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, deleted);
        Assert.Equal(3, await api.WithDatabaseAsync(database => database.LogoutNotices.CountAsync()));
    }

    private static string SessionOf(string token) => TokenForge.Open(token).Claims.GetProperty("sid").GetString()!;

    private static string IdOf(string token) => TokenForge.Open(token).Claims.GetProperty("jti").GetString()!;

    private Task<BtecApi> StartAsync(string address, string environment = "Development") => BtecApi.StartAsync(
        kind,
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["OAuth:Clients:0:Id"] = "shop",
            ["OAuth:Clients:0:Name"] = "Shop",
            ["OAuth:Clients:0:RedirectUris:0"] = "https://shop.example.com/callback",
            ["OAuth:Clients:0:BackChannelLogoutUri"] = address,
        },
        environment);

    private static async Task<LogoutNotice> AddAsync(
        BtecApi api,
        string clientId = "shop",
        DateTimeOffset? createdAt = null,
        DateTimeOffset? sentAt = null,
        DateTimeOffset? abandonedAt = null)
    {
        var notice = new LogoutNotice
        {
            Id = Guid.CreateVersion7(),
            ClientId = clientId,
            UserId = 1,
            SessionId = Guid.CreateVersion7(),
            CreatedAt = createdAt ?? api.Clock.GetStoredNow(),
            NextAttemptAt = createdAt ?? api.Clock.GetStoredNow(),
            SentAt = sentAt,
            AbandonedAt = abandonedAt,
        };
        await api.WithDatabaseAsync(database =>
        {
            database.LogoutNotices.Add(notice);
            return database.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        return notice;
    }

    private static Task SendAsync(BtecApi api) => api.Services.GetServices<IHostedService>().OfType<LogoutNoticeSender>().Single()
        .RunOnceAsync(TestContext.Current.CancellationToken);

    private static Task<LogoutNotice> ReadAsync(BtecApi api) => api.WithDatabaseAsync(database =>
        database.LogoutNotices.AsNoTracking().SingleAsync(TestContext.Current.CancellationToken));
}
