using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Distributed;

[Collection(DistributedTests.Name)]
public sealed class StoppingTests
{
    /// <summary>The exit code of a killed process: 128 plus the number of SIGKILL.</summary>
    private const int Killed = 137;

    /// <summary>The time that orchestrators allow before they kill.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task The_api_stops_in_time_although_nobody_receives_its_telemetry()
    {
        await using var system = await BtecSystem.StartAsync(SystemKind.Sqlite, telemetry: true);
        await system.WaitUntilHealthyAsync("api");
        await system.Client.RegisterAsync(ApiMoves.NewEmail());

        var stopping = Stopwatch.StartNew();
        await system.SucceedAsync("api", KnownResourceCommands.StopCommand);
        stopping.Stop();
        var (_, exitCode) = await system.WaitForEndAsync("api");

        TestContext.Current.TestOutputHelper?.WriteLine($"Stopped after {stopping.Elapsed.TotalSeconds:F1} s with {exitCode}.");
        Assert.NotEqual(Killed, exitCode);
        Assert.InRange(stopping.Elapsed, TimeSpan.Zero, Grace);
    }
}
