using System.Diagnostics;
using System.Globalization;
using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Bench;

/// <summary>The process of a server under measurement.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>The variables of the container image (Dockerfile) that change how the API runs.</summary>
    private static readonly Dictionary<string, string> ImageEnvironment = new(StringComparer.Ordinal) { ["DOTNET_GCgen0size"] = "0x400000" };

    private readonly Process _process;

    private ServerProcess(string name, Process process, Uri address) => (Name, _process, Address) = (name, process, address);

    public static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public string Name { get; }

    public Uri Address { get; }

    /// <summary>The time from the start of the process to its first 200.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>The resident memory in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The processor time that the process has taken so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static Task<ServerProcess> StartApiAsync(
        string name, string programs, string connectionString, CancellationToken cancellationToken) =>
        StartAsync(name, [Path.Combine(programs, "api", "Btec.Api.dll")], connectionString, cancellationToken, ImageEnvironment);

    public static Task<ServerProcess> StartLimitAsync(
        string name, string kind, string programs, string connectionString, CancellationToken cancellationToken) =>
        StartAsync(
            name,
            [Path.Combine(programs, "bench", "Btec.Bench.dll"), "limit", kind, connectionString],
            connectionString,
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static async Task<ServerProcess> StartAsync(
        string name,
        string[] arguments,
        string connectionString,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Find()}"));
        var start = new ProcessStartInfo(Dotnet, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["ConnectionStrings__btecdb"] = connectionString;
        start.Environment["Jwt__SigningKey"] = Tokens.SigningKey;
        start.Environment["RateLimiting__Enabled"] = "false";
        foreach (var inherited in new[] { "PORT", "DATABASE_URL", "OTEL_EXPORTER_OTLP_ENDPOINT", "DOTNET_TieredPGO", "DOTNET_GCgen0size" })
            start.Environment.Remove(inherited);

        foreach (var (variable, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[variable] = value;

        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        var server = new ServerProcess(name, process, address);
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        await server.WaitAsync(cancellationToken);
        server.StartTime = Stopwatch.GetElapsedTime(started);
        return server;
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < StartTimeout && !_process.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(Address, Paths.Health), cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException)
            {
                // The server does not listen yet.
            }

            await Task.Delay(PollInterval, cancellationToken);
        }

        throw new InvalidOperationException($"{Name} did not answer 200 on {Paths.Health} in time.");
    }
}
