using System.ComponentModel;
using System.Diagnostics;

namespace Btec.Tests.Distributed;

/// <summary>Docker or Podman, whichever answers here: asked once.</summary>
internal static class ContainerRuntime
{
    /// <summary><c>1</c> says that the AppHost can run containers, <c>0</c> that it cannot, whatever answers.</summary>
    private const string Setting = "BTEC_TEST_CONTAINERS";

    /// <summary>A daemon that is there answers within a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly Lazy<Task<string?>> Program = new(FindAsync);

    /// <summary>Why no container can run here, or <see langword="null"/>.</summary>
    public static async Task<string?> FindReasonAgainstAsync() => Environment.GetEnvironmentVariable(Setting) switch
    {
        "1" => null,
        "0" => $"containers: {Setting} is 0",
        _ => await Program.Value is null ? $"containers: neither docker nor podman answers (and {Setting} is not 1)" : null,
    };

    /// <summary>Removes what a test left behind; where nothing was made there is nothing to remove.</summary>
    public static async Task RemoveVolumeAsync(string name)
    {
        if (await Program.Value is { } program)
            await RunAsync(program, "volume", "rm", "--force", name);
    }

    private static async Task<string?> FindAsync()
    {
        foreach (var program in (string[])["docker", "podman"])
        {
            if (await RunAsync(program, "info"))
                return program;
        }

        return null;
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        try
        {
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return false;
        }
    }
}
