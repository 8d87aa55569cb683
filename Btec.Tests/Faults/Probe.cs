using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

/// <summary>A client that polls the liveness of an API, and reads a profile with an access token.</summary>
internal sealed class Probe
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<(string Path, HttpStatusCode Status, TimeSpan Latency)> _answers = new();
    private readonly Task[] _asking;

    private Probe(HttpClient api, string accessToken) =>
        _asking = [AskAsync(api, "/alive", accessToken: null), AskAsync(api, "/api/users/me", accessToken)];

    public static async Task<Probe> StartAsync(HttpClient api) => new(api, (await api.StartSessionOfNewUserAsync()).Access);

    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_asking);
    }

    /// <summary>Checks that all responses were successful, none took too long and most came at once.</summary>
    public void AssertCalm()
    {
        foreach (var path in _answers.GroupBy(answer => answer.Path, StringComparer.Ordinal))
        {
            var latencies = path.Select(answer => answer.Latency).Order().ToList();
            var (median, longest) = (latencies[latencies.Count / 2], latencies[^1]);
            var text = $"{path.Key}: {latencies.Count} responses, median {median.TotalMilliseconds:0} ms, longest {longest.TotalMilliseconds:0} ms";
            TestContext.Current.TestOutputHelper?.WriteLine(text);
            Assert.All(path, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
            Assert.True(longest < FaultCollection.Patience && median < TimeSpan.FromSeconds(1), text);
        }

        Assert.Equal(2, _answers.Select(answer => answer.Path).Distinct(StringComparer.Ordinal).Count());
    }

    private async Task AskAsync(HttpClient api, string path, string? accessToken)
    {
        while (!_end.IsCancellationRequested)
        {
            var sentAt = Stopwatch.GetTimestamp();
            using var response = await api.GetAsync(path, accessToken);
            _answers.Enqueue((path, response.StatusCode, Stopwatch.GetElapsedTime(sentAt)));
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
