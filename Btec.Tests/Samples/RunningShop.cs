using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Btec.Tests.Documentation;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.UserSecrets;

namespace Btec.Tests.Samples;

/// <summary>A copy of samples/Shop outside the repository, built on the packages of this commit.</summary>
internal sealed class RunningShop : IAsyncDisposable
{
    /// <summary>The longest time in which an AppHost ends its programs. On a busy machine it takes a third of it.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly PackageFeed _feed;
    private readonly string _secretsId = $"btec-tests-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-shop-");
    private readonly ConcurrentQueue<string> _output = new();
    private readonly int _authPort = FreePort.Find();
    private readonly int _ordersPort = FreePort.Find();
    private readonly int _webPort = FreePort.Find();
    private Process? _process;

    private RunningShop(PackageFeed feed)
    {
        _feed = feed;
        Auth = new HttpClient { BaseAddress = new Uri($"http://localhost:{_authPort}"), Timeout = TimeSpan.FromSeconds(5) };
        Web = new Uri($"http://localhost:{_webPort}");
        Orders = new HttpClient { BaseAddress = new Uri($"http://localhost:{_ordersPort}"), Timeout = TimeSpan.FromSeconds(5) };
    }

    public HttpClient Auth { get; }

    public HttpClient Orders { get; }

    /// <summary>Gets the address of the page.</summary>
    public Uri Web { get; }

    /// <summary>Copies and builds the sample, without starting it.</summary>
    /// <param name="feed">The packages.</param>
    /// <param name="stepUpMaxAge">The age from which the Orders API asks for another proof of identity.</param>
    public static async Task<RunningShop> BuildAsync(PackageFeed feed, TimeSpan stepUpMaxAge)
    {
        var shop = new RunningShop(feed);
        try
        {
            await shop.BuildAsync(stepUpMaxAge);
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the AppHost, and waits until the Orders API is healthy.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine("bin", "Debug", "net10.0", "Shop.AppHost.dll"), $"--AuthPort={_authPort}", "--Btec:RunAs=tool",
                $"--Btec:ToolSource={_feed.Path}", $"--Btec:ToolVersion={_feed.Version}",
            ])
        {
            UseShellExecute = false,
            WorkingDirectory = Path.Combine(_folder.FullName, "Shop.AppHost"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment(FreePort.Find(), FreePort.Find(), FreePort.Find()))
            start.Environment[name] = value;

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            await Eventually.IsTrueAsync(IsHealthyAsync, "the Orders API of the Shop is healthy");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}\n{string.Join('\n', _output)}", exception);
        }
    }

    /// <summary>Ends the AppHost as a terminal does, and waits until its processes have ended.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
            return;

        using (var signal = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            await signal.WaitForExitAsync(CancellationToken.None);

        using (var limit = new CancellationTokenSource(StopLimit))
        {
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
        _process = null;
        await Eventually.IsTrueAsync(async () => !await AcceptsAsync(_authPort) && !await AcceptsAsync(_ordersPort), "the Shop has ended");
    }

    /// <summary>Rotates the signing keys with the tool of the worker, as an operator does.</summary>
    public Task<string> RotateKeysAsync() => PackageFeed.RunAsync(
        _folder.FullName,
        "tool", "exec", "Btec.MigrationService", "--source", _feed.Path, "--version", _feed.Version, "--yes", "--", "--rotate-signing-key",
        $"--ConnectionStrings:btecdb=Data Source={Path.Combine(_folder.FullName, "Shop.AppHost", ".btec", "auth", "btec.db")}",
        $"--Jwt:SigningKey={ReadSigningKey()}", "--Jwt:Algorithm=ES256");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Auth.Dispose();
        Orders.Dispose();
        _folder.Delete(recursive: true);
        var secrets = new FileInfo(SecretsFile).Directory!;
        if (secrets.Exists)
            secrets.Delete(recursive: true);
    }

    private string SecretsFile => PathHelper.GetSecretsPathFromSecretsId(_secretsId);

    /// <summary>Reads what the AppHost keeps for its next start.</summary>
    private string ReadSigningKey() =>
        new ConfigurationBuilder().AddJsonFile(SecretsFile, optional: false).Build()["Parameters:auth-signing-key"]!;

    private async Task BuildAsync(TimeSpan stepUpMaxAge)
    {
        Copy(new DirectoryInfo(Path.Combine(Documents.Root, "samples", "Shop")), _folder);
        Change("Shop.Orders/Properties/launchSettings.json", "5281", $"{_ordersPort}");
        Change(
            "Shop.Orders/Properties/launchSettings.json", "\"ASPNETCORE_ENVIRONMENT\"",
            $"\"StepUpMaxAge\": \"{stepUpMaxAge}\", \"ASPNETCORE_ENVIRONMENT\"");
        Change("Shop.Web/Properties/launchSettings.json", "5282", $"{_webPort}");
        // Secrets of its own, which go with it.
        Change("Shop.AppHost/Shop.AppHost.csproj", "btec-samples-shop", _secretsId);
        await PackageFeed.RunAsync(
            _folder.FullName,
            "build", "Shop.AppHost", $"-p:RestoreAdditionalProjectSources={_feed.Path}", $"-p:BtecVersion={_feed.Version}",
            "-nodeReuse:false", "--verbosity", "quiet");
    }

    private async Task<bool> IsHealthyAsync()
    {
        if (_process!.HasExited)
            throw new TimeoutException("The AppHost has ended.");

        try
        {
            using var response = await Orders.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static async Task<bool> AcceptsAsync(int port)
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static Dictionary<string, string> Environment(int dashboard, int telemetry, int resources) => new(StringComparer.Ordinal)
    {
        ["DOTNET_ENVIRONMENT"] = "Development",
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
        ["ASPIRE_VERSION_CHECK_DISABLED"] = "true",
        ["ASPNETCORE_URLS"] = $"http://localhost:{dashboard}",
        ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = $"http://localhost:{telemetry}",
        ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = $"http://localhost:{resources}",
    };

    private void Change(string path, string from, string to)
    {
        var file = Path.Combine(_folder.FullName, path);
        File.WriteAllText(file, File.ReadAllText(file).Replace(from, to, StringComparison.Ordinal));
    }

    private static void Copy(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (var file in from.EnumerateFiles())
            file.CopyTo(Path.Combine(to.FullName, file.Name));

        foreach (var folder in from.EnumerateDirectories().Where(folder => folder.Name is not ("bin" or "obj" or ".btec")))
            Copy(folder, to.CreateSubdirectory(folder.Name));
    }
}
