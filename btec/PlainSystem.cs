using System.Data.Common;

namespace Btec.Commands;

/// <summary>The system without an orchestrator: the migration worker and, when it has succeeded, the API.</summary>
internal static class PlainSystem
{
    private const string ConnectionString = "ConnectionStrings__btecdb";

    public static async Task<int> RunAsync(AspirePackages packages, int port, CancellationToken cancellationToken)
    {
        var named = Environment.GetEnvironmentVariable(ConnectionString);
        var database = string.IsNullOrWhiteSpace(named) ? "SQLite (dev.db)" : $"the database that {ConnectionString} names";
        Console.WriteLine($"The migration worker and the API on {database}, without the AppHost: {packages.Reason}.");

        if (!await Dotnet.BuildAsync(Repository.Worker, packages.Environment, cancellationToken)
            || !await Dotnet.BuildAsync(Repository.Api, packages.Environment, cancellationToken))
            return 1;

        // Named even if it is the API's own default: the API migrates the file that it chose itself, and this is the worker's task.
        var environment = packages.Environment
            .With("ASPNETCORE_ENVIRONMENT", "Development")
            .With("DOTNET_ENVIRONMENT", "Development")
            .With(ConnectionString, string.IsNullOrWhiteSpace(named) ? DevelopmentFile() : named);

        if (!await Dotnet.RunAsync("migrating", environment, cancellationToken, Repository.Assembly(Repository.Worker)))
        {
            await Console.Error.WriteLineAsync("btec: the migration worker failed, so the API was not started.");
            return 1;
        }

        var log = new ChildLog("api");
        await using var api = Child.Start(
            Dotnet.Program,
            [Repository.Assembly(Repository.Api)],
            environment.With("ASPNETCORE_URLS", $"http://localhost:{port}").With("PORT", null),
            log.Add,
            StopManner.Service,
            Repository.Api);
        return await new RunningSystem("The API", api, log, port).ServeAsync(cancellationToken);
    }

    private static string DevelopmentFile() =>
        new DbConnectionStringBuilder { ["Data Source"] = Repository.PathOf("dev.db") }.ConnectionString;
}
