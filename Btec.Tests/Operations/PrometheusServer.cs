using System.Diagnostics;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Operations;

/// <summary>A Prometheus for one test, run from the program installed on this machine, with the configuration and the rules of the
/// repository. It reads the metrics of one address, every quarter of a second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-prometheus-");
    private readonly HttpClient _client;
    private Process? _process;

    private PrometheusServer()
    {
        Address = $"127.0.0.1:{FreePort.Find()}";
        _client = new HttpClient { BaseAddress = new Uri($"http://{Address}") };
    }

    private string Address { get; }

    /// <summary>Starts a server. If it is not installed, skips the calling test; <c>BTEC_TEST_ALL=1</c> fails it instead.</summary>
    public static async Task<PrometheusServer> StartAsync(string target)
    {
        var server = new PrometheusServer();
        try
        {
            await server.RunAsync(target);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs <c>promtool</c> in the folder of the rules, and returns its exit code and its output.</summary>
    public static async Task<(int ExitCode, string Output)> RunToolAsync(params string[] arguments)
    {
        using var tool = Launch("promtool", OperationFiles.PathOf("deploy/prometheus"), arguments);
        var output = await Task.WhenAll(
            tool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (tool.ExitCode, string.Concat(output));
    }

    /// <summary>Evaluates an expression now, and returns its result or what is wrong with it.</summary>
    public Task<JsonElement> QueryAsync(string expression) => GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}");

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await response.ReadJsonAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_process is not null)
        {
            if (!_process.HasExited)
                _process.Kill();

            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private static Process Launch(string program, string folder, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder,
            })!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            TestDatabase.SkipOrFail($"{program}: {exception.Message}");
            throw;
        }
    }

    private async Task RunAsync(string target)
    {
        var configuration = await File.ReadAllTextAsync(
            OperationFiles.PathOf("deploy/prometheus/prometheus.yml"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "prometheus.yml"),
            configuration.Replace("127.0.0.1:9464", target, StringComparison.Ordinal).Replace("15s", "250ms", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        File.Copy(OperationFiles.PathOf(OperationFiles.Rules), Path.Combine(_folder.FullName, "rules.yml"));
        _process = Launch(
            "prometheus", _folder.FullName,
            "--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address={Address}", "--log.level=error");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.IsTrueAsync(AnswersAsync, "Prometheus is ready");
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var response = await _client.GetAsync(new Uri("/-/ready", UriKind.Relative), TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
