namespace Btec.Commands;

/// <summary><c>up</c>: the whole system, on whatever this machine has, until Ctrl-C.</summary>
internal static class UpCommand
{
    /// <summary>Where the README, Btec.Api's launch profile and the AppHost put the API.</summary>
    private const int WellKnownPort = 5080;

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var packages = await AspirePackages.FindAsync(Repository.Data, cancellationToken);
        var port = FreePort.From(WellKnownPort);
        if (port != WellKnownPort)
            Console.WriteLine($"Port {WellKnownPort} is taken: the API gets {port}.");

        return packages.Use
            ? await OrchestratedSystem.RunAsync(packages, port, cancellationToken)
            : await PlainSystem.RunAsync(packages, port, cancellationToken);
    }
}
