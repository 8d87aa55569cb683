using Btec.Tests.Faults;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.HighAvailability;

/// <summary>The restart of three instances, one after another, behind load balancers that know nothing of sessions.</summary>
[Collection(FaultCollection.Name)]
public sealed class RollingRestartTests
{
    [Fact]
    public async Task Instances_restart_one_by_one_behind_HAProxy_and_nginx_and_no_request_is_lost()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Postgres);
        var settings = TwoApis.ToSettings(database, ("Server:DrainTime", "00:00:03"), ("Proxy:TrustedHops", "1"));
        await using var instances = await ApiInstances.StartAsync(Start);
        await using var haproxy = await LoadBalancer.StartHaproxyAsync(instances.Ports);
        await using var nginx = await LoadBalancer.StartNginxAsync(instances.Ports);
        await haproxy.WaitForAllAsync();
        // Each user asks them in turn, so that a refresh token is got through one and used through the other.
        await using var load = SteadyLoad.Start(haproxy.Client, nginx.Client);
        await SteadyLoad.PassAsync(1);

        for (var instance = 0; instance < instances.Count; instance++)
        {
            await nginx.TakeAwayAsync(instance);
            await instances.StopAsync(instance);
            await instances.StartAsync(instance, Start);
            nginx.GiveBack(instance);
            await haproxy.WaitForAllAsync();
        }

        await SteadyLoad.PassAsync(1);
        await load.FinishAsync(haproxy.Client);
        foreach (var line in LoadFigures.Of(load))
            TestContext.Current.TestOutputHelper?.WriteLine(line);

        Assert.DoesNotContain(load.Answers, answer => answer.IsInconclusive);
        await database.AssertConsistentAsync();

        BtecProcess Start(int port) => BtecProcess.StartApi(settings, port: port);
    }
}
