using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

[Collection(FaultCollection.Name)]
public sealed class FloodTests
{
    private const int Attackers = 150;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(12);

    [Fact]
    public async Task In_a_flood_of_logins_the_only_failure_is_busy_and_reads_are_answered_as_usual()
    {
        await using var apis = await TwoApis.StartAsync(settings: [("Passwords:WorkFactor", "11"), ("Hashing:QueueLimit", "40")]);
        var probe = await Probe.StartAsync(apis.Left);
        var email = ApiMoves.NewEmail();
        await apis.Left.RegisterAsync(email);
        var answers = new ConcurrentQueue<string>();
        var started = Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, Attackers).Select(async attacker =>
        {
            while (Stopwatch.GetElapsedTime(started) < Duration)
            {
                // The right password, a wrong one and an unknown account: all three cost a hash.
                using var login = await apis.Left.PostFormAsync(
                    "/api/auth/login",
                    ("username", attacker % 3 == 0 ? "nobody@example.com" : email), ("password", attacker % 3 == 1 ? "wrong" : ApiMoves.Password));
                answers.Enqueue(await DescribeAsync(login));
                // Retrying at once would only measure how fast the API refuses.
                await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
            }
        }));

        await probe.StopAsync();
        probe.AssertCalm();
        var counts = answers.CountBy(answer => answer, StringComparer.Ordinal).OrderBy(count => count.Key, StringComparer.Ordinal).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", counts.Select(count => $"{count.Key}: {count.Value}")));
        Assert.Equal(["200", "401", "503 busy"], counts.Select(count => count.Key), StringComparer.Ordinal);
        // Busy cores are not thread-pool starvation.
        Assert.DoesNotContain("holds all threads", apis.LeftProcess.Text, StringComparison.Ordinal);
        // Nothing of the flood remains.
        await apis.Left.LoginAsync(email);
    }

    private static async Task<string> DescribeAsync(HttpResponseMessage login)
    {
        if (login.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized)
            return $"{(int)login.StatusCode}";

        var code = (await login.ReadJsonAsync()).GetProperty("code").GetString();
        return login.Headers.RetryAfter?.Delta > TimeSpan.Zero
            ? $"{(int)login.StatusCode} {code}"
            : $"{(int)login.StatusCode} {code} without Retry-After";
    }
}
