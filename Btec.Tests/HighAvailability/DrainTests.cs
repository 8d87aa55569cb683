using System.Net;
using Btec.Api.Platform.Http;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.HighAvailability;

/// <summary>The time between the request to stop and the stop, in which load balancers find another instance.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task An_API_that_is_asked_to_stop_is_not_ready_at_once_and_serves_on()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Sqlite);
        // Longer than the test, which ends the process.
        await using var process = BtecProcess.StartApi(database.ToSettings(
            ("ASPNETCORE_ENVIRONMENT", "Testing"), ("Jwt:SigningKey", BtecApi.SigningKey), ("Passwords:WorkFactor", "4"),
            ("Server:DrainTime", "00:05:00")));
        using var client = await process.ConnectAsync();
        var tokens = await client.StartSessionOfNewUserAsync();
        Assert.False(await IsClosedAfterAsync(client, "/health", HttpStatusCode.OK));

        await process.TerminateAsync();

        await process.WaitForLineAsync("Asked to stop");
        Assert.True(await IsClosedAfterAsync(client, "/health", HttpStatusCode.ServiceUnavailable));
        Assert.True(await IsClosedAfterAsync(client, "/api/health", HttpStatusCode.ServiceUnavailable));
        Assert.True(await IsClosedAfterAsync(client, "/alive", HttpStatusCode.OK));
        tokens = await client.RefreshAsync(tokens.Refresh);
        using var me = await client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    [Fact]
    public async Task The_server_stops_when_the_time_is_over_and_not_before()
    {
        var clock = new FakeTimeProvider();
        var drain = new ServerDrain(
            Options.Create(new DrainOptions { DrainTime = TimeSpan.FromSeconds(5) }), clock, NullLogger<ServerDrain>.Instance);

        var stopping = drain.StoppingAsync(TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
        Assert.False(stopping.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));

        await stopping;
    }

    private static async Task<bool> IsClosedAfterAsync(HttpClient client, string path, HttpStatusCode expected)
    {
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        return response.Headers.ConnectionClose ?? false;
    }
}
