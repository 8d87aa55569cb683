using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Btec.Bench;

/// <summary>The programs under measurement, published as the Dockerfile publishes them.</summary>
internal static class Publication
{
    private static readonly (string Project, string Folder)[] Programs =
    [
        ("Btec.MigrationService", "worker"),
        ("Btec.Api", "api"),
        // Its "limit" servers are compared with the API, so they are compiled in the same way.
        ("bench", "bench"),
    ];

    /// <summary>Gets the folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Publishes the programs into <c>artifacts/bench</c>.</summary>
    /// <returns>The folder, or <see langword="null"/> if a project does not build.</returns>
    public static async Task<string?> PublishAsync(CancellationToken cancellationToken)
    {
        var target = Path.Combine(Root, "artifacts", "bench");
        foreach (var (project, folder) in Programs)
        {
            Console.WriteLine($"  publishing {project}");
            if (!await PublishAsync(project, Path.Combine(target, folder), cancellationToken))
                return null;
        }

        return target;
    }

    private static async Task<bool> PublishAsync(string project, string target, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "publish", Path.Combine(Root, project), "--configuration", "Release", "--runtime", RuntimeInformation.RuntimeIdentifier,
            "--self-contained", "false", "--verbosity", "quiet", "--nologo", "-property:PublishReadyToRun=true", "-property:UseAppHost=false",
            "--output", target,
        ];
        using var publish = Process.Start(new ProcessStartInfo(ServerProcess.Dotnet, arguments) { UseShellExecute = false })!;
        try
        {
            await publish.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            publish.Kill(entireProcessTree: true);
        }

        return publish.ExitCode == 0;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Btec.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The benchmark runs in a checkout: no Btec.sln was found above it.");
    }
}
