using System.Diagnostics;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Clients;

/// <summary>A folder with the programs of this folder and their locked packages, made once a run and gone with it.</summary>
internal static class NodePackages
{
    /// <summary>Two small packages: minutes of waiting mean that no registry answers.</summary>
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(2);

    private static readonly string[] Files = ["package.json", "package-lock.json", "jose.mjs", "oauth4webapi.mjs"];
    private static readonly Lazy<Task<(string Folder, string? Reason)>> Installed = new(InstallAsync);

    /// <summary>The folder, or the end of the calling test (with <c>BTEC_TEST_ALL=1</c>: its failure) where there is no Node, no npm
    /// or no registry.</summary>
    public static async Task<string> GetFolderAsync()
    {
        var (folder, reason) = await Installed.Value;
        if (reason is not null)
            TestDatabase.SkipOrFail(reason);

        return folder;
    }

    private static async Task<(string Folder, string? Reason)> InstallAsync()
    {
        var folder = Directory.CreateTempSubdirectory("btec-tests-node-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        foreach (var file in Files)
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Clients", file), Path.Combine(folder, file));

        try
        {
            if (await RunAsync(folder, "node", "--version") is { } noNode)
                return (folder, $"Node: {noNode}");

            // npm is a script there, which only a shell can start.
            string[] install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
            var fault = OperatingSystem.IsWindows()
                ? await RunAsync(folder, "cmd.exe", ["/d", "/c", "npm", .. install])
                : await RunAsync(folder, "npm", install);
            return (folder, fault is null ? null : $"npm ci: {fault}");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return (folder, $"Node: {exception.Message}");
        }
    }

    /// <summary>Why the command failed, or <see langword="null"/>.</summary>
    private static async Task<string?> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(InstallLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return $"not in {InstallLimit.TotalSeconds} s";
        }

        return process.ExitCode == 0 ? null : $"ended with {process.ExitCode}: {await output}{await error}";
    }
}
