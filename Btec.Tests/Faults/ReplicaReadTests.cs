using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

/// <summary>An API with a read replica, which is held back, killed and frozen.</summary>
[Collection(FaultCollection.Name)]
public sealed class ReplicaReadTests(ReplicaApi fixture) : IClassFixture<ReplicaApi>
{
    private const string Read = "Lists are read from the replica";
    private const string NotRead = "Lists are read from the primary instead";

    [Fact]
    public async Task Lists_come_from_the_replica_and_what_decides_about_access_from_the_primary()
    {
        var (api, superuser) = await StartUsingReplicaAsync();
        var client = api.CreateClient();
        var known = await client.StartSessionOfNewUserAsync();
        await using (await HoldBackAsync())
        {
            var (email, id) = await RegisterAsync(client);
            Assert.Empty(await FindUsersAsync(client, superuser, email));
            Assert.Empty(await FindEventsAsync(client, superuser, id));

            using (var before = await client.GetMeAsync(known.Access))
                Assert.Equal(HttpStatusCode.OK, before.StatusCode);

            using (var logout = await client.LogOutAsync(known.Access))
                await logout.AssertEmptyAsync(HttpStatusCode.NoContent);

            Assert.Equal(
                ["0"],
                await fixture.Postgres.Standby.Database.ReadAsync("SELECT count(*) FROM sessions WHERE revoked_at IS NOT NULL"));
            await client.AssertEndedAsync(known);

            // Nothing newer than that is known of the replica, so it may be too far behind.
            api.Clock.Advance(TimeSpan.FromSeconds(10.1));
            Assert.Single(await FindUsersAsync(client, superuser, email));
            Assert.NotEmpty(await FindEventsAsync(client, superuser, id));
        }

        await WaitForReplicaAsync();
        await using (await HoldBackAsync())
        {
            var (email, _) = await RegisterAsync(client);
            Assert.Empty(await FindUsersAsync(client, superuser, email));
        }
    }

    [Fact]
    public async Task While_the_replica_is_gone_or_hangs_lists_come_from_the_primary()
    {
        var (api, superuser) = await StartUsingReplicaAsync();
        var client = api.CreateClient();
        var (email, _) = await RegisterAsync(client);

        await fixture.Postgres.Standby.KillAsync();
        Assert.Single(await FindUsersAsync(client, superuser, email));
        Assert.Contains(fixture.Logs.Lines, line => line.Contains(NotRead, StringComparison.Ordinal));

        await fixture.Postgres.Standby.RestartAsync();
        await WaitForReplicaAsync();
        await fixture.Postgres.Standby.FreezeAsync();
        try
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Single(await FindUsersAsync(client, superuser, email));
            Assert.True(Stopwatch.GetElapsedTime(began) < FaultCollection.Patience);

            // The second request does not wait for it.
            began = Stopwatch.GetTimestamp();
            Assert.Single(await FindUsersAsync(client, superuser, email));
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(1));
        }
        finally
        {
            await fixture.Postgres.Standby.ThawAsync();
        }
    }

    [Fact]
    public async Task Without_the_setting_lists_come_from_the_primary()
    {
        var (_, superuser) = await StartUsingReplicaAsync();
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["ConnectionStrings:btecdb"] = fixture.Postgres.Primary.Database.ConnectionString,
            });
        await using (await HoldBackAsync())
        {
            var (email, id) = await RegisterAsync(api.CreateClient());
            Assert.Single(await FindUsersAsync(api.CreateClient(), superuser, email));
            Assert.NotEmpty(await FindEventsAsync(api.CreateClient(), superuser, id));
        }
    }

    private async Task<(BtecApi Api, string Superuser)> StartUsingReplicaAsync()
    {
        var result = await fixture.StartAsync();
        await WaitForReplicaAsync();
        return result;
    }

    /// <summary>Waits until the API has noticed that the replica has caught up.</summary>
    private Task WaitForReplicaAsync() => Eventually.IsTrueAsync(
        async () =>
        {
            // The API looks every second of its clock.
            fixture.Api.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, TestContext.Current.CancellationToken);
            return fixture.Logs.Lines.LastOrDefault(line => line.Contains("Lists are read from", StringComparison.Ordinal)) is { } last
                && last.Contains(Read, StringComparison.Ordinal);
        },
        "lists are read from the replica");

    /// <summary>Stops the replay on the standby until the result is disposed.</summary>
    private async Task<IAsyncDisposable> HoldBackAsync()
    {
        var standby = fixture.Postgres.Standby.Database;
        var primary = (await fixture.Postgres.Primary.Database.ReadAsync("SELECT pg_current_wal_lsn()"))[0];
        await Eventually.IsTrueAsync(
            async () => (await standby.ReadAsync($"SELECT pg_last_wal_replay_lsn() >= '{primary}'")) is ["True"], "the standby has caught up");
        await standby.ExecuteAsync("SELECT pg_wal_replay_pause()");
        return new Held(standby);
    }

    private static async Task<(string Email, int Id)> RegisterAsync(HttpClient client)
    {
        var email = ApiMoves.NewEmail();
        return (email, (await client.RegisterAsync(email)).GetProperty("id").GetInt32());
    }

    private static Task<IReadOnlyList<JsonElement>> FindUsersAsync(HttpClient client, string superuser, string email) =>
        FindAsync(client, superuser, $"/api/users?q={Uri.EscapeDataString(email)}");

    private static Task<IReadOnlyList<JsonElement>> FindEventsAsync(HttpClient client, string superuser, int userId) =>
        FindAsync(client, superuser, $"/api/audit-events?user_id={userId}");

    private static async Task<IReadOnlyList<JsonElement>> FindAsync(HttpClient client, string superuser, string path) =>
        [.. (await client.GetPageAsync(path, superuser)).GetProperty("items").EnumerateArray()];

    private sealed class Held(TestDatabase standby) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await standby.ExecuteAsync("SELECT pg_wal_replay_resume()");
    }
}
