using System.Diagnostics;
using Btec.Hosting;
using Microsoft.Extensions.Configuration;

namespace Btec.Tests.Distributed;

/// <summary>The container runtime that the AppHost would use, and the cleanup of what it leaves behind.</summary>
internal static class SystemContainers
{
    /// <summary><c>1</c> runs the tests on containers and <c>0</c> leaves them out, whatever answers.</summary>
    private const string Setting = "BTEC_TEST_CONTAINERS";

    private static readonly Lazy<Task<string?>> Runtime = new(FindAsync);

    /// <summary>Returns why no container can run here, or <see langword="null"/>.</summary>
    public static async Task<string?> FindObstacleAsync() => Environment.GetEnvironmentVariable(Setting) switch
    {
        "1" => null,
        "0" => $"containers: {Setting} is 0",
        _ => await Runtime.Value is null ? "containers: neither docker nor podman answers" : null,
    };

    /// <summary>Removes a volume. Does nothing where no container can run.</summary>
    public static async Task RemoveVolumeAsync(string name)
    {
        if (await Runtime.Value is not { } program)
            return;

        using var removal = Process.Start(program, ["volume", "rm", "--force", name]);
        await removal.WaitForExitAsync();
    }

    private static Task<string?> FindAsync() =>
        ContainerRuntime.From(new ConfigurationBuilder().AddEnvironmentVariables().Build()).FindAsync();
}
