using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>Clients that do not answer logout tokens as they should, and those beside them.</summary>
public abstract class HostileLogoutReceiverTests(DatabaseKind kind)
{
    private const int NoticesEach = 10;

    public sealed class OnSqlite() : HostileLogoutReceiverTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : HostileLogoutReceiverTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Clients_that_hang_reset_or_answer_without_end_delay_nobody_else_and_are_left_alone_for_a_while()
    {
        await using var honest = await LogoutReceiver.StartAsync();
        await using var broken = await LogoutReceiver.StartAsync();
        broken.Status = 500;
        await using var hanging = HostileLogoutReceiver.Hanging();
        await using var endless = HostileLogoutReceiver.Endless();
        await using var headers = HostileLogoutReceiver.EndlessHeaders();
        await using var resetting = HostileLogoutReceiver.Resetting();
        await using var gone = await LogoutReceiver.StartAsync();
        var dead = gone.Address;
        await gone.DisposeAsync();
        await using var api = await StartAsync(
            hanging.Address, headers.Address, resetting.Address, dead, broken.Address, endless.Address, honest.Address);
        using var measured = Measurements.Of(api, name => name.StartsWith("btec.logout_notices", StringComparison.Ordinal));

        await AddAsync(api, clients: 7);

        await Eventually.IsTrueAsync(
            async () => (await ReadAsync(api, "client6")).All(notice => notice.SentAt is not null), "the honest client has its notices");

        Assert.All(await ReadAsync(api, "client0"), notice => Assert.Null(notice.LastError));
        foreach (var client in new[] { "client0", "client1", "client2", "client3", "client4" })
        {
            await Eventually.IsTrueAsync(
                async () => (await ReadAsync(api, client)).Where(notice => notice.Attempts > 0).All(notice => notice.LastError is not null)
                    && (await ReadAsync(api, client)).Exists(notice => notice.Attempts > 0),
                $"{client} has been tried");
        }

        // Nothing is read of a body: the client has accepted the token.
        Assert.All(await ReadAsync(api, "client5"), notice => Assert.NotNull(notice.SentAt));
        for (var number = 0; number < 5; number++)
        {
            var notices = await ReadAsync(api, $"client{number}");
            Assert.All(notices, notice => Assert.Null(notice.SentAt));
            // Two were under way when the first failed.
            Assert.InRange(notices.Sum(notice => notice.Attempts), 1, 2);
            Assert.All(notices.Where(notice => notice.Attempts > 0), notice => Assert.NotNull(notice.LastError));
        }

        Assert.Equal("No answer in time.", (await ReadAsync(api, "client0")).First(notice => notice.Attempts > 0).LastError);
        Assert.InRange(hanging.Connections, 1, 2);
        api.Clock.Advance(TimeSpan.FromSeconds(5));
        await measured.WaitForAsync("btec.logout_notices.queue.age 5");
        Assert.Equal(2 * NoticesEach, measured.Lines.Count(line => line == "btec.logout_notices.sent 1"));
        Assert.Contains("btec.logout_notices.failed 1", measured.Lines, StringComparer.Ordinal);
    }

    private Task<BtecApi> StartAsync(params string[] addresses) => BtecApi.StartAsync(
        kind,
        addresses.SelectMany((address, number) => new[]
        {
            KeyValuePair.Create($"OAuth:Clients:{number}:Id", (string?)$"client{number}"),
            KeyValuePair.Create($"OAuth:Clients:{number}:Name", (string?)"A client"),
            KeyValuePair.Create($"OAuth:Clients:{number}:RedirectUris:0", (string?)"https://client.example/callback"),
            KeyValuePair.Create($"OAuth:Clients:{number}:BackChannelLogoutUri", (string?)address),
        }).ToDictionary(StringComparer.Ordinal),
        "Development");

    /// <summary>Adds the notices of clients, all those of one before those of the next.</summary>
    private static Task<int> AddAsync(BtecApi api, int clients)
    {
        var now = api.Clock.GetStoredNow();
        return api.WithDatabaseAsync(database =>
        {
            database.LogoutNotices.AddRange(
                from client in Enumerable.Range(0, clients)
                from number in Enumerable.Range(0, NoticesEach)
                select new LogoutNotice
                {
                    Id = Guid.CreateVersion7(),
                    ClientId = $"client{client}",
                    UserId = 1,
                    SessionId = Guid.CreateVersion7(),
                    CreatedAt = now,
                    NextAttemptAt = now.AddSeconds(client - clients),
                });
            return database.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
    }

    private static Task<List<LogoutNotice>> ReadAsync(BtecApi api, string clientId) => api.WithDatabaseAsync(database =>
        database.LogoutNotices.AsNoTracking().Where(notice => notice.ClientId == clientId)
            .ToListAsync(TestContext.Current.CancellationToken));
}
