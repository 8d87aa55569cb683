namespace Btec.Tests.Faults;

[Collection(FaultTests.Name)]
public sealed class ApiKilledTests
{
    /// <summary>What was lost on the way is asked again, which the other process settles: within the grace window a used refresh
    /// token gives the same successor.</summary>
    [Fact]
    public async Task When_one_API_is_killed_the_other_carries_on_and_nothing_that_was_promised_is_lost()
    {
        await using var apis = await TwoApis.StartAsync();
        await using var load = SteadyLoad.Start(apis.Left, apis.Right);
        await SteadyLoad.PassAsync(2);

        await apis.RightProcess.KillAsync();
        await SteadyLoad.PassAsync(2.5);

        await load.FinishAsync(apis.Left);
        load.AssertOnlyUnavailable(broken: apis.Right);
        Assert.DoesNotContain(load.Answers, answer => answer.Status >= 500);
        Assert.Contains(load.Answers, answer => answer.Status == 0);
        await apis.Database.AssertWholeAsync();
    }
}
