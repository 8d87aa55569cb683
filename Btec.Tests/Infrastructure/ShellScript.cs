using System.Diagnostics;
using Btec.Tests.Documentation;

namespace Btec.Tests.Infrastructure;

/// <summary>Runs of the scripts of this repository.</summary>
internal static class ShellScript
{
    /// <summary>Runs a script until it ends, and returns what it wrote. Processes that it leaves in the background must have their output
    /// elsewhere.</summary>
    /// <param name="path">The path from the root of the repository.</param>
    /// <param name="settings">Settings that it passes on to programs, with <c>:</c> between sections.</param>
    public static async Task<string> RunAsync(
        string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var start = new ProcessStartInfo(Path.Combine(Documents.Root, path), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;

        using var script = Process.Start(start)!;
        var output = await script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(script.ExitCode == 0, $"{path} {arguments[0]} exited with {script.ExitCode}: {output}");
        return output;
    }
}
