using Btec.Tests.Clients;
using Btec.Tests.Infrastructure;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestPipelineStartup(typeof(TestCleanup))]

namespace Btec.Tests.Infrastructure;

/// <summary>The clean-up of the servers and folders that all tests share, after the last assembly fixture is disposed.</summary>
/// <remarks>The runner waits one second for the process to exit, then warns about foreground threads and, ten seconds later,
/// fails the run. Stopping a server takes longer, so it must happen before the runner ends.</remarks>
public sealed class TestCleanup : ITestPipelineStartup
{
    public ValueTask StartAsync(IMessageSink diagnosticMessageSink)
    {
        // SIGTERM skips StopAsync.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => CleanUpAsync().GetAwaiter().GetResult();
        return ValueTask.CompletedTask;
    }

    public async ValueTask StopAsync() => await CleanUpAsync();

    private static async Task CleanUpAsync()
    {
        await MigratedTemplate.DropAsync();
        await TestPooler.StopAsync();
        await PostgresServer.StopAsync();
        NodePackages.Delete();
    }
}
