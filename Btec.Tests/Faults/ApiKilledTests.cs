namespace Btec.Tests.Faults;

[Collection(FaultCollection.Name)]
public sealed class ApiKilledTests
{
    /// <summary>Clients repeat requests whose response was lost, and the other process answers them: within the grace window a
    /// used refresh token yields the same successor.</summary>
    [Fact]
    public async Task When_one_API_is_killed_the_other_carries_on_and_no_confirmed_change_is_lost()
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
        await apis.Database.AssertConsistentAsync();
    }
}
