using System.Diagnostics;
using System.Net;

namespace Btec.Bench;

/// <summary>The load of POST requests by a number of connections. Any response except 200 fails the row.</summary>
internal static class TimedPosts
{
    /// <param name="hasNext">Returns whether to send another request, given its number and the time since the beginning.</param>
    /// <param name="create">Returns the content of a request, given its number.</param>
    /// <param name="read">Reads a response, given the number of its request.</param>
    public static async Task<LoadResult> RunAsync(
        ServerProcess server,
        string path,
        int connections,
        Func<int, TimeSpan, bool> hasNext,
        Func<int, HttpContent> create,
        Func<int, HttpResponseMessage, Task> read,
        CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = connections };
        using var client = new HttpClient(handler) { BaseAddress = server.Address };
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            var own = new List<double>();
            while (Interlocked.Increment(ref next) is var number && hasNext(number, Stopwatch.GetElapsedTime(started)))
            {
                using var content = create(number);
                var asked = Stopwatch.GetTimestamp();
                using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken);
                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    var body = await answer.Content.ReadAsStringAsync(cancellationToken);
                    throw new InvalidOperationException($"{server.Name} answered {(int)answer.StatusCode} on {path}: {body}");
                }

                own.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                await read(number, answer);
            }

            return own;
        }));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var sorted = times.SelectMany(own => own).Order().ToArray();
        return new LoadResult(sorted.Length, sorted.Length / elapsed, sorted[(int)(sorted.Length * 0.99)]);
    }
}
