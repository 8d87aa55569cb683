using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace Btec.Hosting;

/// <summary>The container runtime that Aspire would use: the configured one, otherwise Docker, otherwise Podman.</summary>
/// <param name="Candidates">The programs to ask, in order.</param>
internal sealed record ContainerRuntime(IReadOnlyList<string> Candidates)
{
    private static readonly string[] Known = ["docker", "podman"];

    /// <summary>The settings by which Aspire is told the runtime, in its order.</summary>
    private static readonly string[] Settings = ["ASPIRE_CONTAINER_RUNTIME", "DOTNET_ASPIRE_CONTAINER_RUNTIME"];

    /// <summary>A runtime that works answers within a second, on a busy machine within a few.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Reads the settings that Aspire itself reads.</summary>
    public static ContainerRuntime From(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var configured = Settings.Select(setting => configuration[setting]).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
        return new ContainerRuntime(configured is null ? Known : [configured]);
    }

    /// <summary>Finds the runtime that answers. A client whose daemon is not running does not.</summary>
    /// <returns>The name of the program, or <see langword="null"/>.</returns>
    public async Task<string?> FindAsync()
    {
        foreach (var program in Candidates)
        {
            if (await AnswersAsync(program))
                return program;
        }

        return null;
    }

    public override string ToString() => string.Join(", ", Candidates);

    /// <summary>Asks what Aspire asks before it starts a container.</summary>
    private static async Task<bool> AnswersAsync(string program)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, ["container", "ls", "-n", "1"])
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
            await process.WaitForExitAsync(timeout.Token);
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
