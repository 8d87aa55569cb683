using System.Diagnostics;
using System.Security.Cryptography;
using Btec.Tests.Documentation;

namespace Btec.Tests.Samples;

/// <summary>The packages of this commit in a folder. They have a version of their own, because NuGet keeps what it has once unpacked.</summary>
internal sealed class PackageFeed : IDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    /// <summary>The packages and tools, as docs/packages.md lists them.</summary>
    public static readonly string[] Projects =
        ["Btec.Api", "Btec.MigrationService", "Btec.Hosting", "Btec.Client", "Btec.Client.Testing"];

    private readonly DirectoryInfo _folder;

    private PackageFeed(DirectoryInfo folder) => _folder = folder;

    public string Version { get; } = $"1.0.0-test.x{RandomNumberGenerator.GetHexString(12, lowercase: true)}";

    public string Path => _folder.FullName;

    /// <summary>Packs what the build of the tests has left.</summary>
    public static async Task<PackageFeed> PackAsync()
    {
        var feed = new PackageFeed(Directory.CreateTempSubdirectory("btec-tests-feed-"));
        try
        {
            foreach (var project in Projects)
            {
                await RunAsync(
                    Documents.Root,
                    "pack", project, "--no-build", "--configuration", Configuration, "--output", feed.Path, $"-p:Version={feed.Version}",
                    "-nodeReuse:false", "--verbosity", "quiet");
            }

            return feed;
        }
        catch
        {
            feed.Dispose();
            throw;
        }
    }

    /// <summary>Runs the SDK, and fails with its output if it fails.</summary>
    public static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var text = await output + await error;
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{text}");
        return text;
    }

    /// <summary>Removes the folder and what NuGet has unpacked.</summary>
    public void Dispose()
    {
        _folder.Delete(recursive: true);
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (var project in Projects)
        {
            var package = System.IO.Path.Combine(cache, project.ToLowerInvariant());
            var unpacked = System.IO.Path.Combine(package, Version);
            if (Directory.Exists(unpacked))
                Directory.Delete(unpacked, recursive: true);

            if (Directory.Exists(package) && !Directory.EnumerateFileSystemEntries(package).Any())
                Directory.Delete(package);
        }
    }
}
