using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Btec.Tests.Documentation;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.HighAvailability;

/// <summary>HAProxy or nginx with the configuration under <c>deploy/</c>, in which only addresses and the folder are replaced.</summary>
internal sealed class LoadBalancer : IAsyncDisposable
{
    /// <summary>The names of the instances in both configurations.</summary>
    public static readonly IReadOnlyList<string> Instances = ["one", "two", "three"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-balancer-");
    private readonly int _port = FreePort.Find();
    private readonly int _statusPort = FreePort.Find();
    private readonly Process _process;
    private readonly ConcurrentQueue<string?> _output = new();

    private LoadBalancer(string program, string recipe, IReadOnlyList<int> ports, Func<string, string> wrap, string[] arguments)
    {
        // The processes of nginx run as another user.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);

        var text = File.ReadAllText(Path.Combine(Documents.Root, recipe))
            .Replace("127.0.0.1:8000", Local(_port), StringComparison.Ordinal)
            .Replace("127.0.0.1:8404", Local(_statusPort), StringComparison.Ordinal)
            .Replace("/run/btec", _folder.FullName, StringComparison.Ordinal);
        for (var instance = 0; instance < ports.Count; instance++)
            text = text.Replace($"10.0.0.1{instance + 1}:8080", Local(ports[instance]), StringComparison.Ordinal);

        var file = PathOf("configuration");
        File.WriteAllText(file, wrap(text).ReplaceLineEndings("\n"));
        _process = Process.Start(new ProcessStartInfo(program, [.. arguments, file])
        {
            WorkingDirectory = _folder.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null })
        {
            BaseAddress = new Uri($"http://{Local(_port)}"),
            Timeout = TimeSpan.FromSeconds(20),
        };
    }

    public HttpClient Client { get; }

    /// <summary>Starts HAProxy. If it is not installed, skips the calling test.</summary>
    public static Task<LoadBalancer> StartHaproxyAsync(IReadOnlyList<int> ports) =>
        StartAsync(Find("haproxy"), "deploy/haproxy/haproxy.cfg", ports, text => text, "-db", "-f");

    /// <summary>Starts nginx. If it is not installed, skips the calling test.</summary>
    public static Task<LoadBalancer> StartNginxAsync(IReadOnlyList<int> ports) =>
        StartAsync(
            Find("nginx"),
            "deploy/nginx/btec.conf",
            ports,
            text => $$"""
                daemon off;
                worker_processes 2;
                pid nginx.pid;
                error_log stderr warn;
                events { worker_connections 1024; }
                http {
                    access_log off;
                    client_body_temp_path body; proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                {{text}}
                }
                """,
            "-p", ".", "-e", "stderr", "-c");

    /// <summary>Takes an instance away by the file that the configuration of nginx names.</summary>
    public Task TakeAwayAsync(int instance) => File.WriteAllTextAsync(FileOf(instance), "", TestContext.Current.CancellationToken);

    /// <summary>Gives requests to an instance again.</summary>
    public void GiveBack(int instance) => File.Delete(FileOf(instance));

    /// <summary>Waits until HAProxy has found all instances ready.</summary>
    public Task WaitForAllAsync() => Eventually.IsTrueAsync(
        async () =>
        {
            var status = await Client.GetStringAsync($"http://{Local(_statusPort)}/;csv", TestContext.Current.CancellationToken);
            var up = status.Split('\n').Where(row => row.Contains(",UP,", StringComparison.Ordinal)).ToList();
            return Instances.All(instance => up.Exists(row => row.StartsWith($"ready,{instance},", StringComparison.Ordinal)));
        },
        "HAProxy finds all instances ready");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<LoadBalancer> StartAsync(
        string program, string recipe, IReadOnlyList<int> ports, Func<string, string> wrap, params string[] arguments)
    {
        var balancer = new LoadBalancer(program, recipe, ports, wrap, arguments);
        await Eventually.IsTrueAsync(balancer.AnswersAsync, $"{program} finds an instance");
        return balancer;
    }

    private static string Find(string program)
    {
        var path = $"/usr/sbin/{program}";
        if (!File.Exists(path))
            TestDatabase.SkipOrFail($"{program} is not installed.");

        return path;
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_process.HasExited, string.Join('\n', _output));
        try
        {
            using var ready = await Client.GetAsync("/health", TestContext.Current.CancellationToken);
            return ready.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line) => _output.Enqueue(line.Data);

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private string FileOf(int instance) => PathOf($"{Instances[instance]}-leaves");

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);
}
