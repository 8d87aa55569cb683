using System.Diagnostics;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Clients;

/// <summary>A temporary folder with the programs that Node runs and their locked packages, created once per run.</summary>
internal static class NodePackages
{
    /// <summary>The time limit of a command. The packages are few and small; if it takes minutes, no registry answers.</summary>
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(2);

    private static readonly string[] Files =
    [
        "Clients/package.json", "Clients/package-lock.json", "Clients/jose.mjs", "Clients/oauth4webapi.mjs", "Clients/openid.mjs",
        "Clients/otpauth.mjs", "Clients/provider.mjs", "Clients/webauthn.mjs", "Clients/webhooks.mjs", "Pages/browser.mjs",
    ];

    private static readonly Lazy<Task<(string Folder, string? Reason)>> Installed = new(InstallAsync);
    private static string? s_folder;

    /// <summary>Returns the folder. Where Node, npm or a registry is missing, skips the calling test or, with
    /// <c>BTEC_TEST_ALL=1</c>, fails it.</summary>
    public static async Task<string> GetFolderAsync()
    {
        var (folder, reason) = await Installed.Value;
        if (reason is not null)
            TestDatabase.SkipOrFail(reason);

        return folder;
    }

    /// <summary>Returns why the folder cannot be used, or <see langword="null"/> if it can.</summary>
    public static async Task<string?> FindReasonAgainstAsync() => (await Installed.Value).Reason;

    /// <summary>Deletes the folder, if it was created.</summary>
    public static void Delete()
    {
        if (Interlocked.Exchange(ref s_folder, null) is { } folder)
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>Installs the locked packages of a folder. Returns why it failed, or <see langword="null"/>.</summary>
    public static async Task<string?> InstallLockedAsync(string folder)
    {
        // On Windows npm is a script, which only a shell can start.
        string[] install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
        var fault = OperatingSystem.IsWindows()
            ? await RunAsync(folder, "cmd.exe", ["/d", "/c", "npm", .. install])
            : await RunAsync(folder, "npm", install);
        return fault is null ? null : $"npm ci: {fault}";
    }

    /// <summary>Runs a command. Returns why it failed, or <see langword="null"/>.</summary>
    public static async Task<string?> RunAsync(string folder, string program, params string[] arguments)
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
            return $"not finished within {InstallLimit.TotalSeconds} s";
        }

        return process.ExitCode == 0 ? null : $"exited with code {process.ExitCode}: {await output}{await error}";
    }

    private static async Task<(string Folder, string? Reason)> InstallAsync()
    {
        var folder = Directory.CreateTempSubdirectory("btec-tests-node-").FullName;
        s_folder = folder;
        foreach (var file in Files)
            File.Copy(Path.Combine(AppContext.BaseDirectory, file), Path.Combine(folder, Path.GetFileName(file)));

        try
        {
            if (await RunAsync(folder, "node", "--version") is { } noNode)
                return (folder, $"Node: {noNode}");

            return (folder, await InstallLockedAsync(folder));
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return (folder, $"Node: {exception.Message}");
        }
    }
}
