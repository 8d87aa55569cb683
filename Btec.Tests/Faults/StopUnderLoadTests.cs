using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

[Collection(FaultTests.Name)]
public sealed class StopUnderLoadTests
{
    /// <summary>A connection that is closed while a request is on its way to it was not accepted, and clients ask again. What was done
    /// without a word of it was cut.</summary>
    [Fact]
    public async Task Asked_to_stop_under_load_an_API_does_nothing_that_it_does_not_answer()
    {
        await using var apis = await TwoApis.StartAsync();
        await using var load = SteadyLoad.Start(apis.Left, apis.Right);
        await SteadyLoad.PassAsync(2);

        await apis.RightProcess.TerminateAsync();
        (await apis.RightProcess.WaitForEndAsync()).AssertExitCode(0);
        await SteadyLoad.PassAsync(1);

        await load.FinishAsync(apis.Left);
        load.AssertOnlyUnavailable(broken: apis.Right);
        Assert.DoesNotContain(load.Answers, answer => answer.Status >= 500);
        Assert.True(load.Unheard.IsEmpty, string.Join("\n\n", load.Unheard));
        await apis.Database.AssertWholeAsync();
    }

    [Fact]
    public async Task Asked_to_stop_an_API_computes_every_hash_that_waits_and_answers()
    {
        const int Waiting = 6;
        await using var apis = await TwoApis.StartAsync(settings: [("Passwords:WorkFactor", "11"), ("Hashing:Workers", "1")]);
        var email = ApiMoves.NewEmail();
        await apis.Left.RegisterAsync(email);
        var logins = Enumerable.Range(0, Waiting)
            .Select(_ => apis.Right.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password))).ToList();
        // One has been answered, so that the others, sent with it, have been read; most of them wait.
        await Task.WhenAny(logins);

        await apis.RightProcess.TerminateAsync();

        foreach (var answer in await Task.WhenAll(logins))
        {
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode} {await answer.ReadTextAsync()}");
            Assert.Equal("bearer", (await answer.ReadJsonAsync()).GetProperty("token_type").GetString());
        }

        (await apis.RightProcess.WaitForEndAsync()).AssertExitCode(0);
    }
}
