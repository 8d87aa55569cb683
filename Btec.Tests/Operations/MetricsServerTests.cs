using System.Net;
using System.Net.Sockets;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Operations;

/// <summary>The server of the metrics, which is not that of the API.</summary>
[Collection(MetricsCollection.Name)]
public sealed class MetricsServerTests(EmittedMetrics emitted)
{
    [Fact]
    public async Task The_API_does_not_serve_the_metrics_and_their_server_nothing_of_the_API()
    {
        using var ofApi = await emitted.Api.CreateClient().GetAsync("/metrics", accessToken: null);
        Assert.Equal(HttpStatusCode.NotFound, ofApi.StatusCode);

        using var client = new HttpClient { BaseAddress = new Uri($"http://{emitted.Address}") };
        foreach (var path in (string[])["/", "/alive", "/health", "/api/health", "/.well-known/jwks.json"])
        {
            using var response = await client.GetAsync(path, accessToken: null);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, response.StatusCode));
        }

        using var metrics = await client.GetAsync("/metrics", accessToken: null);
        Assert.Equal(HttpStatusCode.OK, metrics.StatusCode);
        Assert.DoesNotContain("route=\"/metrics\"", await metrics.ReadTextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9464")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:0")]
    [InlineData("localhost:9464")]
    [InlineData("sesame")]
    public async Task An_address_that_is_none_stops_the_start(string address)
    {
        var end = await RunAsync(address);

        end.AssertRefused("Metrics:Listen must be an IP address and a port");
        Assert.DoesNotContain("sesame", end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_stops_the_start()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        (await RunAsync(other.LocalEndpoint.ToString()!)).AssertRefused("Metrics:Listen cannot be listened on");
    }

    private static async Task<ProcessEnd> RunAsync(string address)
    {
        await using var api = BtecProcess.StartApi(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=never-made.db",
            ["Jwt:SigningKey"] = BtecApi.SigningKey,
            ["Metrics:Listen"] = address,
        });
        return await api.WaitForEndAsync();
    }
}
