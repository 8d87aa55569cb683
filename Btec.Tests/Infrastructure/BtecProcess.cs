using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Btec.Tests.Infrastructure;

/// <summary>The API or the worker as a separate process that inherits no configuration from this machine. Killed when
/// disposed.</summary>
public sealed class BtecProcess : IAsyncDisposable
{
    /// <summary>Prefixes of environment variables that are removed, besides all variables with <c>__</c> in their
    /// names.</summary>
    private static readonly string[] Settings = ["ASPNETCORE_", "OTEL_", "DOTNET_ENVIRONMENT", "DOTNET_URLS", "DATABASE_URL", "PORT", "URLS"];

    private readonly Process _process;
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly DirectoryInfo? _ownFolder;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _error = new();

    private BtecProcess(Process process, DirectoryInfo? ownFolder)
    {
        (_process, _ownFolder) = (process, ownFolder);
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_error, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The output so far, of both streams.</summary>
    public string Text => string.Join('\n', _output.Concat(_error));

    /// <summary>Starts the worker, in Production unless the settings say otherwise.</summary>
    /// <param name="settings">The settings by name, with <c>:</c> between sections.</param>
    public static BtecProcess StartWorker(IReadOnlyDictionary<string, string?> settings, params string[] arguments) =>
        Start("Btec.MigrationService.dll", settings, folder: null, arguments);

    /// <summary>Starts the API on a loopback port, in Production unless the settings say otherwise.</summary>
    /// <param name="settings">The settings by name, with <c>:</c> between sections.</param>
    /// <param name="folder">The content root; by default a new, empty folder.</param>
    /// <param name="port">The port; 0 picks a free one.</param>
    public static BtecProcess StartApi(IReadOnlyDictionary<string, string?> settings, string? folder = null, int port = 0) =>
        Start("Btec.Api.dll", WithAddress(settings, port), folder);

    /// <summary>Starts a program of another build on a loopback port, in Production unless the settings say otherwise.</summary>
    /// <param name="program">The full path of its assembly.</param>
    /// <param name="settings">The settings by name, with <c>:</c> between sections.</param>
    /// <param name="port">The port; 0 picks a free one.</param>
    public static BtecProcess StartBuild(string program, IReadOnlyDictionary<string, string?> settings, int port = 0) =>
        Start(program, WithAddress(settings, port), folder: null);

    /// <summary>Waits until the process ends.</summary>
    public async Task<ProcessEnd> WaitForEndAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"Still running after {Eventually.Limit.TotalSeconds} s. It wrote:\n{Text}", exception);
        }

        return new ProcessEnd(_process.ExitCode, [.. _output], [.. _error], _elapsed.Elapsed);
    }

    /// <summary>Waits for a line of output that matches the pattern.</summary>
    public async Task<Match> WaitForLineAsync(string pattern)
    {
        Match? found = null;
        await Eventually.IsTrueAsync(
            () =>
            {
                var ended = _process.HasExited;
                found = _output.Concat(_error)
                    .Select(line => Regex.Match(line, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)))
                    .FirstOrDefault(match => match.Success);
                return found is null && ended
                    ? throw new InvalidOperationException($"Ended with {_process.ExitCode} before it wrote {pattern}:\n{Text}")
                    : Task.FromResult(found is not null);
            },
            $"wrote {pattern}");
        return found!;
    }

    /// <summary>Waits until the API listens, and returns a client, which the caller disposes.</summary>
    public async Task<HttpClient> ConnectAsync()
    {
        var listening = await WaitForLineAsync("Now listening on: (http://[^\"\\s]+)");
        // The APIs in this process record no traces and would propagate that decision, so that the other process recorded none
        // either.
        var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null };
        var address = listening.Groups[1].Value.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal);
        return new HttpClient(handler) { BaseAddress = new Uri(address) };
    }

    /// <summary>Returns whether the process has loaded an assembly. Skips the calling test where the system does not show that.</summary>
    public async Task<bool> HasLoadedAsync(string assembly)
    {
        if (!OperatingSystem.IsLinux())
            TestDatabase.SkipOrFail("Only Linux shows which files a process has mapped.");

        var files = await File.ReadAllTextAsync($"/proc/{_process.Id}/maps", TestContext.Current.CancellationToken);
        Assert.Contains("Btec.Data.dll", files, StringComparison.Ordinal);
        return files.Contains($"/{assembly}", StringComparison.Ordinal);
    }

    /// <summary>Sends SIGTERM, as orchestrators do. Skips the calling test on Windows, which has no signals.</summary>
    public async Task TerminateAsync()
    {
        if (OperatingSystem.IsWindows())
            TestDatabase.SkipOrFail("Windows has no SIGTERM.");

        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        _elapsed.Restart();
    }

    /// <summary>Kills the process, as a crash or a lost machine would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _ownFolder?.Delete(recursive: true);
    }

    private static BtecProcess Start(string program, IReadOnlyDictionary<string, string?> settings, string? folder, params string[] arguments)
    {
        var ownFolder = folder is null ? Directory.CreateTempSubdirectory("btec-tests-process-") : null;
        var start = new ProcessStartInfo(FindDotnet(), [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            // The working directory is the content root. In Development the API writes files there, and the test's own folder is
            // in the checkout.
            WorkingDirectory = folder ?? ownFolder!.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList())
            start.Environment.Remove(name);

        // Instrumentation for profile-guided optimization does not pay off in a short-lived process.
        start.Environment["DOTNET_TieredPGO"] = "0";
        // All test requests come from one address.
        start.Environment["RateLimiting__Enabled"] = "false";
        foreach (var (name, value) in settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;

        return new BtecProcess(Process.Start(start)!, ownFolder);
    }

    private static Dictionary<string, string?> WithAddress(IReadOnlyDictionary<string, string?> settings, int port) =>
        new(settings, StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
        };

    private static bool IsSetting(string name) =>
        name.Contains("__", StringComparison.Ordinal)
        || Settings.Any(setting => name.StartsWith(setting, StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns the path of the <c>dotnet</c> that runs this test; the runtime directory is
    /// DOTNET/shared/Microsoft.NETCore.App/VERSION/.</summary>
    private static string FindDotnet() =>
        Path.GetFullPath(Path.Combine(
            RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
            lines.Enqueue(line);
    }
}

/// <summary>The exit code and the output of a process.</summary>
/// <param name="Output">The non-empty lines of standard output.</param>
/// <param name="Error">The non-empty lines of standard error.</param>
/// <param name="Elapsed">The time since the process was started or, if it was, sent SIGTERM.</param>
public sealed record ProcessEnd(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Error, TimeSpan Elapsed)
{
    /// <summary>The output of both streams.</summary>
    public string Text => string.Join('\n', Output.Concat(Error));

    /// <summary>Checks the exit code, and shows the output if it differs.</summary>
    public ProcessEnd AssertExitCode(int expected)
    {
        Assert.True(ExitCode == expected, $"Exit code {ExitCode} instead of {expected}; it wrote:\n{Text}");
        return this;
    }

    /// <summary>Checks that the process refused its configuration: exit code 78 (EX_CONFIG in sysexits.h) and one line that names
    /// the setting.</summary>
    public void AssertRefused(string setting)
    {
        AssertExitCode(78);
        Assert.Contains(setting, Assert.Single(Error), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Text, StringComparison.Ordinal);
    }
}
