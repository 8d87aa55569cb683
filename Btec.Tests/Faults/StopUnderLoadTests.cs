using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

[Collection(FaultCollection.Name)]
public sealed class StopUnderLoadTests
{
    /// <summary>A request that arrives on a closing connection is not accepted, and clients retry it. A change without a response
    /// would mean that the shutdown cut a request off.</summary>
    [Fact]
    public async Task An_API_that_stops_under_load_answers_every_request_it_executes()
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
        Assert.True(load.UnconfirmedChanges.IsEmpty, string.Join("\n\n", load.UnconfirmedChanges));
        await apis.Database.AssertConsistentAsync();
    }

    [Fact]
    public async Task An_API_that_stops_computes_all_queued_hashes_and_answers()
    {
        const int Waiting = 6;
        await using var apis = await TwoApis.StartAsync(settings: [("Passwords:WorkFactor", "11"), ("Hashing:Workers", "1")]);
        var email = ApiMoves.NewEmail();
        await apis.Left.RegisterAsync(email);
        var logins = Enumerable.Range(0, Waiting)
            .Select(_ => apis.Right.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password))).ToList();
        // Once one is answered, the others have been read too, and most of them wait in the queue.
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
