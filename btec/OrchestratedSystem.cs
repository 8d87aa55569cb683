using System.Globalization;

namespace Btec.Commands;

/// <summary>The system as the AppHost starts it.</summary>
internal static class OrchestratedSystem
{
    /// <summary>The first of three ports for the dashboard; far from the API's, so that the two do not chase each other.</summary>
    private const int DashboardPort = 15080;

    public static async Task<int> RunAsync(AspirePackages packages, int port, CancellationToken cancellationToken)
    {
        var runtime = await ContainerRuntime.FindAsync(cancellationToken);
        Console.WriteLine(runtime is null
            ? $"The AppHost on SQLite: {packages.Reason}, and no container runtime answers (docker info, podman info)."
            : $"The AppHost on PostgreSQL: {packages.Reason}, and {runtime} answers.");

        if (!await Dotnet.BuildAsync(Repository.AppHost, packages.Environment, cancellationToken))
            return 1;

        string[] arguments =
        [
            Repository.Assembly(Repository.AppHost),
            "--ApiPort", port.ToString(CultureInfo.InvariantCulture),
            AppHostOutput.Argument,
            .. runtime is null ? ["--Database", "sqlite"] : Array.Empty<string>(),
        ];
        var log = new ChildLog("apphost");
        var output = new AppHostOutput(log);
        await using var appHost = Child.Start(
            Dotnet.Program, arguments, EnvironmentFor(packages, runtime), output.Read, StopManner.Service, Repository.AppHost);
        return await new RunningSystem("The AppHost", appHost, log, port, output).ServeAsync(cancellationToken);
    }

    /// <summary>What its launch profile would say, with ports that are free: the dashboard over http, on this machine only.</summary>
    private static ChildEnvironment EnvironmentFor(AspirePackages packages, string? runtime)
    {
        var dashboard = FreePort.From(DashboardPort);
        var telemetry = FreePort.From(dashboard + 1);
        var resources = FreePort.From(telemetry + 1);
        var environment = packages.Environment
            .With("ASPNETCORE_ENVIRONMENT", "Development")
            .With("DOTNET_ENVIRONMENT", "Development")
            .With("DOTNET_LAUNCH_PROFILE", "http")
            .With("ASPNETCORE_URLS", $"http://localhost:{dashboard}")
            .With("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", $"http://localhost:{telemetry}")
            .With("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", $"http://localhost:{resources}")
            .With("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true");
        return runtime is null ? environment : environment.With(ContainerRuntime.Variable, runtime);
    }
}
