using System.Runtime.InteropServices;

namespace Btec.Commands;

/// <summary><c>bench</c>: the API, published as for its image, against the limits that it cannot pass.</summary>
internal static class BenchCommand
{
    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        // Aspire's client package or not: measured is what the Dockerfile builds.
        var environment = ChildEnvironment.Default.With("UseAspire", "false");
        foreach (var (project, folder) in new[] { (Repository.Worker, "worker"), (Repository.Api, "api"), (Repository.Bench, "bench") })
        {
            if (!await Dotnet.RunAsync(
                $"publishing {project}", environment, cancellationToken,
                "publish", project, "--configuration", "Release", "--runtime", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false",
                "-property:PublishReadyToRun=true", "-property:UseAppHost=false", "--output", PathOf(folder)))
                return 1;
        }

        await using var bench = Child.Start(
            Dotnet.Program, [Path.Combine(PathOf("bench"), "Btec.Bench.dll"), .. arguments], environment, Console.WriteLine, StopManner.Tool);
        return await bench.WaitAsync(cancellationToken);
    }

    private static string PathOf(string folder) => Repository.PathOf("artifacts", "bench", folder);
}
