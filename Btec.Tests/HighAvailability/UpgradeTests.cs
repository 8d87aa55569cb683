using System.Net;
using System.Text.RegularExpressions;
using Btec.Tests.Faults;
using Btec.Tests.Infrastructure;
using Btec.Tests.MigrationService;

namespace Btec.Tests.HighAvailability;

/// <summary>The previous release and this one on one database. <c>scripts/try-upgrade.sh</c> runs these tests, and nothing else does: they
/// need a build of the previous release.</summary>
[Collection(FaultCollection.Name)]
public sealed class UpgradeTests
{
    [Fact(Explicit = true)]
    public async Task The_previous_release_is_migrated_and_replaced_under_load_and_no_request_fails()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        var settings = TwoApis.ToSettings(
            database, ("Proxy:TrustedHops", "1"), ("Server:DrainTime", "00:00:01"), ("Passwords:WorkFactor", "10"));
        await PreviousRelease.MigrateAsync(settings);
        await using var instances = await ApiInstances.StartAsync(port => PreviousRelease.StartApi(settings, port));
        await using var nginx = await LoadBalancer.StartNginxAsync(instances.Ports);
        await using var load = SteadyLoad.Start(nginx.Client);
        var (phases, errors) = (new LoadPhases(), new List<string>());

        phases.Begin("The previous release on its schema");
        await SteadyLoad.PassAsync(3);
        phases.Begin("The worker migrates");
        (await WorkerRuns.RunAsync(settings)).AssertExitCode(0);
        phases.Begin("The previous release on the new schema");
        await SteadyLoad.PassAsync(5);
        for (var instance = 0; instance < instances.Count; instance++)
        {
            phases.Begin($"Instance {LoadBalancer.Instances[instance]} is replaced");
            await nginx.TakeAwayAsync(instance);
            // The previous release refuses connections as soon as it is asked to stop.
            await SteadyLoad.PassAsync(1);
            errors.AddRange(FindExceptions(await instances.StopAsync(instance)));
            await instances.StartAsync(instance, port => BtecProcess.StartApi(settings, port: port));
            nginx.GiveBack(instance);
            phases.Begin($"{instance + 1} of {instances.Count} instances are of this release");
            await SteadyLoad.PassAsync(4);
        }

        await load.FinishAsync(nginx.Client);
        foreach (var line in phases.Describe(load).Concat(errors.CountBy(error => error).Select(error => $"{error.Value} times: {error.Key}")))
            TestContext.Current.TestOutputHelper?.WriteLine(line);

        Assert.DoesNotContain(load.Answers, answer => answer.IsInconclusive);
        await database.AssertConsistentAsync();
        (await WorkerRuns.RunAsync(settings, "--authenticate-audit")).AssertExitCode(0);
        (await WorkerRuns.RunAsync(settings, "--verify-audit")).AssertExitCode(0);
    }

    [Fact(Explicit = true)]
    public async Task Both_releases_use_the_sessions_of_each_other()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Postgres);
        var settings = TwoApis.ToSettings(database);
        await using var previousProcess = PreviousRelease.StartApi(settings);
        await using var currentProcess = BtecProcess.StartApi(settings);
        using var previous = await TwoApis.ConnectAsync(previousProcess);
        using var current = await TwoApis.ConnectAsync(currentProcess);
        foreach (var (first, second) in ((HttpClient, HttpClient)[])[(previous, current), (current, previous)])
        {
            var tokens = await first.StartSessionOfNewUserAsync();
            for (var round = 0; round < 3; round++)
            {
                tokens = await second.RefreshAsync(tokens.Refresh);
                await AssertReadsAsync(first, tokens, HttpStatusCode.OK);
                var repeated = tokens;
                tokens = await first.RefreshAsync(repeated.Refresh);
                await AssertReadsAsync(second, tokens, HttpStatusCode.OK);
                // A client that got no answer asks again, and may reach the other release.
                Assert.Equal(tokens.Refresh, (await second.RefreshAsync(repeated.Refresh)).Refresh);
            }

            using var logout = await second.LogOutAsync(tokens.Access);
            await logout.AssertEmptyAsync(HttpStatusCode.NoContent);
            await first.AssertEndedAsync(tokens);
        }
    }

    /// <summary>Returns the first lines of the exceptions that a process has logged as JSON.</summary>
    private static IEnumerable<string> FindExceptions(ProcessEnd end) => end.Output
        .Select(line => Regex.Match(line, """
            "Exception":"(?<first>[^"\\]+)
            """, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))
        .Where(match => match.Success)
        .Select(match => match.Groups["first"].Value);

    private static async Task AssertReadsAsync(HttpClient client, Tokens tokens, HttpStatusCode expected)
    {
        using var me = await client.GetMeAsync(tokens.Access);
        Assert.Equal(expected, me.StatusCode);
    }
}
