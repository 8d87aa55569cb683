using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Btec.AppHost;

/// <summary>One run of the worker with <c>--status</c>, beside the resource: its log and its state stay as they are.</summary>
internal static class MigrationStatus
{
    /// <summary>It takes a few seconds; a database that is away is given up long before.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    public static async Task<ExecuteCommandResult> ShowAsync(
        IServiceProvider services, ProjectResource migrations, IResourceWithConnectionString database, CancellationToken cancellationToken)
    {
        using var worker = new Process
        {
            StartInfo = new ProjectStart(migrations.GetProjectMetadata().ProjectPath).WithArguments("--status"),
        };
        worker.StartInfo.Environment["DOTNET_ENVIRONMENT"] = services.GetRequiredService<IHostEnvironment>().EnvironmentName;
        worker.StartInfo.Environment["ConnectionStrings__btecdb"] = await database.GetConnectionStringAsync(cancellationToken);
        worker.Start();
        try
        {
            var output = worker.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = worker.StandardError.ReadToEndAsync(cancellationToken);
            await worker.WaitForExitAsync(cancellationToken);

            return worker.ExitCode == 0
                ? ShownResult.Succeed("Migrations", (await output).TrimEnd())
                : CommandResults.Failure($"The worker ended with {worker.ExitCode}.", await errors, CommandResultFormat.Text);
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
        }
    }
}
