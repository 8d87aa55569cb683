using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Btec.Tests.Infrastructure;

/// <summary>The API or the worker as a process of its own, with nothing of this machine's configuration. Killed when disposed.</summary>
public sealed class BtecProcess : IAsyncDisposable
{
    /// <summary>Settings that a machine may have in its environment, besides those with a <c>__</c> in their names.</summary>
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

    /// <summary>What it wrote so far, to both of its streams.</summary>
    public string Text => string.Join('\n', _output.Concat(_error));

    /// <summary>Starts the worker.</summary>
    /// <param name="settings">By name, with <c>:</c> between sections; in Production unless they say otherwise.</param>
    /// <param name="arguments">The command line.</param>
    public static BtecProcess StartWorker(IReadOnlyDictionary<string, string?> settings, params string[] arguments) =>
        Start("Btec.MigrationService.dll", settings, folder: null, arguments);

    /// <summary>Starts the API on a free port of the loopback interface, unless the settings say where.</summary>
    /// <param name="settings">By name, with <c>:</c> between sections; in Production unless they say otherwise.</param>
    /// <param name="folder">The content root, else an empty one of its own.</param>
    public static BtecProcess StartApi(IReadOnlyDictionary<string, string?> settings, string? folder = null) =>
        Start("Btec.Api.dll", new Dictionary<string, string?>(settings, StringComparer.Ordinal) { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" }, folder);

    /// <summary>Waits for the end, and says how it was.</summary>
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

    /// <summary>Waits until a line like this was written.</summary>
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

    /// <summary>Waits until the API listens, and returns a client of it, which the caller disposes.</summary>
    public async Task<HttpClient> ConnectAsync()
    {
        var listening = await WaitForLineAsync("Now listening on: (http://[^\"\\s]+)");
        // Traces begin with the process: the APIs in this one record none, and would pass that on.
        var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null };
        return new HttpClient(handler) { BaseAddress = new Uri(listening.Groups[1].Value.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)) };
    }

    /// <summary>Asks it to stop, as orchestrators do. Windows has no such signal: the calling test is skipped there.</summary>
    public async Task TerminateAsync()
    {
        if (OperatingSystem.IsWindows())
            TestDatabase.SkipOrFail("Windows has no SIGTERM.");

        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        _elapsed.Restart();
    }

    /// <summary>Ends it without a chance to tidy up, as a crash or a lost machine does.</summary>
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
            // The content root: the test's own folder lies in the checkout, whose files in Development are not a test's to touch.
            WorkingDirectory = folder ?? ownFolder!.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList())
            start.Environment.Remove(name);

        // Optimising for a long life costs more than it brings in a short one.
        start.Environment["DOTNET_TieredPGO"] = "0";
        // One address asks thousands of times.
        start.Environment["RateLimiting__Enabled"] = "false";
        foreach (var (name, value) in settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;

        return new BtecProcess(Process.Start(start)!, ownFolder);
    }

    private static bool IsSetting(string name) =>
        name.Contains("__", StringComparison.Ordinal)
        || Settings.Any(setting => name.StartsWith(setting, StringComparison.OrdinalIgnoreCase));

    /// <summary>The <c>dotnet</c> whose runtime runs this test: DOTNET/shared/Microsoft.NETCore.App/VERSION/ is the runtime.</summary>
    private static string FindDotnet() =>
        Path.GetFullPath(Path.Combine(
            RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
            lines.Enqueue(line);
    }
}

/// <param name="ExitCode">What the process ended with.</param>
/// <param name="Output">The lines of its standard output that are not empty.</param>
/// <param name="Error">The lines of its standard error that are not empty.</param>
/// <param name="Elapsed">Time since it was started or, if it was, asked to stop.</param>
public sealed record ProcessEnd(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Error, TimeSpan Elapsed)
{
    /// <summary>Both streams.</summary>
    public string Text => string.Join('\n', Output.Concat(Error));

    /// <summary>Checks the exit code, and shows what was written if it is another.</summary>
    public ProcessEnd AssertExitCode(int expected)
    {
        Assert.True(ExitCode == expected, $"Exit code {ExitCode} instead of {expected}; it wrote:\n{Text}");
        return this;
    }

    /// <summary>Checks that the configuration stopped it: exit code 78 (sysexits.h, EX_CONFIG) and one line that says why.</summary>
    public void AssertRefused(string setting)
    {
        AssertExitCode(78);
        Assert.Contains(setting, Assert.Single(Error), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Text, StringComparison.Ordinal);
    }
}
