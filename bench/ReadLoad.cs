using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Btec.Bench;

/// <summary>The load of as many GET requests as a number of connections can send, by wrk if it is installed, otherwise by
/// HttpClient. Any response except 200 fails the row.</summary>
internal sealed partial class ReadLoad : IDisposable
{
    private static readonly bool HasWrk = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "wrk")));

    private readonly IReadOnlyList<(string Path, string Token)> _requests;
    private readonly string _folder = Directory.CreateTempSubdirectory("btec-bench-").FullName;

    private ReadLoad(IReadOnlyList<(string Path, string Token)> requests)
    {
        _requests = requests;
        File.WriteAllLines(Path.Combine(_folder, "requests"), requests.Select(request => $"{request.Path} {request.Token}"));
        File.WriteAllText(Script, $$"""
            local requests, at = {}, 0
            function init(args)
              for line in io.lines("{{Path.Combine(_folder, "requests")}}") do
                local path, token = line:match("(%S+) (%S+)")
                requests[#requests + 1] = wrk.format("GET", path, { ["Authorization"] = "Bearer " .. token })
              end
            end
            function request()
              at = at % #requests + 1
              return requests[at]
            end
            """);
    }

    public static string Generator => HasWrk ? "wrk" : "HttpClient";

    private string Script => Path.Combine(_folder, "me.lua");

    /// <summary>Returns the load of some requests in turn.</summary>
    public static ReadLoad Of(IReadOnlyList<(string Path, string Token)> requests) => new(requests);

    /// <summary>Returns the load of <c>GET /api/users/me</c> with a number of tokens in turn. Their users are spread over the
    /// table, so that they do not share a page of the disk. If there are fewer users than tokens, users have several.</summary>
    public static ReadLoad OfCallers(int users, int tokens) =>
        new([.. Enumerable.Range(0, tokens).Select(index => (Paths.Me, Tokens.Create(1 + (int)((long)index * users / tokens))))]);

    /// <summary>Returns the load of <c>GET /api/users</c> by a superuser who searches, filters and turns pages, at the beginning and in
    /// the middle. The texts are common, rare and absent ones of three characters and more, most of them in the middle of an address or
    /// a name.</summary>
    public static ReadLoad OfListing(int users)
    {
        var token = Tokens.Create(BenchDatabase.SuperuserId);
        var middle = Tokens.CursorAfter(users / 2);
        string[] questions =
        [
            "", "?limit=100", "?is_active=true", "?is_active=false", $"?cursor={middle}", $"?cursor={middle}&is_active=true",
            "?q=grace", "?q=son", "?q=tts", "?q=goat", "?q=77%40", "?q=123", "?q=r500%40", "?q=user500%40example.com", "?q=nobody", "?q=xyz",
            "?q=tts&is_active=true", "?q=ada&is_active=false", $"?q=tts&cursor={middle}", $"?q=goat&cursor={middle}",
        ];
        return new([.. questions.Select(question => (Paths.Users + question, token))]);
    }

    public Task<LoadResult> RunAsync(ServerProcess server, int connections, int seconds, CancellationToken cancellationToken) =>
        HasWrk
            ? RunWrkAsync(server, connections, seconds, cancellationToken)
            : RunClientAsync(server, connections, seconds, cancellationToken);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<LoadResult> RunWrkAsync(
        ServerProcess server, int connections, int seconds, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            "wrk", ["-t", "1", "-c", $"{connections}", "-d", $"{seconds}s", "--latency", "-s", Script, server.Address.ToString()])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0
            || output.Contains("Non-2xx", StringComparison.Ordinal)
            || output.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"{server.Name} did not always answer 200: {output}");

        var p99 = P99Line.Match(output);
        var unit = p99.Groups["unit"].Value switch { "us" => 0.001, "ms" => 1, _ => 1000 };
        return new LoadResult(
            long.Parse(CountLine.Match(output).Groups["count"].Value, CultureInfo.InvariantCulture),
            double.Parse(RateLine.Match(output).Groups["rate"].Value, CultureInfo.InvariantCulture),
            double.Parse(p99.Groups["time"].Value, CultureInfo.InvariantCulture) * unit);
    }

    private async Task<LoadResult> RunClientAsync(
        ServerProcess server, int connections, int seconds, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = connections };
        using var client = new HttpClient(handler) { BaseAddress = server.Address };
        var started = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, connections).Select(async connection =>
        {
            var own = new List<double>();
            for (var number = connection; Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; number++)
            {
                var asked = Stopwatch.GetTimestamp();
                var (path, token) = _requests[number % _requests.Count];
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                using var answer = await client.SendAsync(request, cancellationToken);
                if (answer.StatusCode != HttpStatusCode.OK)
                    throw new InvalidOperationException($"{server.Name} answered {(int)answer.StatusCode}.");

                own.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }

            return own;
        }));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var sorted = times.SelectMany(own => own).Order().ToArray();
        return new LoadResult(sorted.Length, sorted.Length / elapsed, sorted[(int)(sorted.Length * 0.99)]);
    }

    [GeneratedRegex(@"(?<count>\d+) requests in", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CountLine { get; }

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[\d.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RateLine { get; }

    [GeneratedRegex(
        @"^\s+99%\s+(?<time>[\d.]+)(?<unit>us|ms|s)",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex P99Line { get; }
}
