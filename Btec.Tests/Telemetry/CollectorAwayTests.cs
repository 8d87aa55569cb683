using Btec.Tests.Infrastructure;

namespace Btec.Tests.Telemetry;

/// <summary>An unavailable collector, which must neither delay the shutdown of a program nor change its exit code.</summary>
public sealed class CollectorAwayTests
{
    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task A_collector_that_is_down_does_not_delay_the_shutdown_of_the_API(string protocol) =>
        await AssertStopsAsync($"http://127.0.0.1:{FreePort.Find()}", protocol);

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task A_collector_that_never_answers_does_not_delay_the_shutdown_of_the_API(string protocol)
    {
        await using var collector = TcpForwarder.ToNothing();

        await AssertStopsAsync($"http://127.0.0.1:{collector.Port}", protocol);
    }

    [Fact]
    public async Task A_collector_that_never_answers_does_not_fail_the_worker()
    {
        await using var collector = TcpForwarder.ToNothing();
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var worker = BtecProcess.StartWorker(
            database.ToSettings(("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{collector.Port}")));

        (await worker.WaitForEndAsync()).AssertExitCode(0);
    }

    private static async Task AssertStopsAsync(string endpoint, string protocol)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var api = BtecProcess.StartApi(database.ToSettings(
            ("Jwt:SigningKey", BtecApi.SigningKey),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)));
        using (var client = await api.ConnectAsync())
        {
            // Produces a span, a metric and a log line to export.
            using var response = await client.PostFormAsync(
                "/api/auth/login", ("username", "nobody@example.com"), ("password", ApiMoves.Password));
        }

        await api.TerminateAsync();

        var end = await api.WaitForEndAsync();
        end.AssertExitCode(0);
        // Orchestrators kill after 10 s, with exit code 137.
        Assert.True(end.Elapsed < TimeSpan.FromSeconds(10), $"It took {end.Elapsed}.");
    }
}
