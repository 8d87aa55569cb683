using System.Diagnostics;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Btec.Hosting.Commands;

/// <summary>A run of the worker with <c>--status</c>, apart from the resource, whose log and state stay as they are.</summary>
/// <param name="Start">Creates the start of the worker with an option.</param>
/// <param name="ReadConnectionStringAsync">Returns the value of <c>ConnectionStrings:btecdb</c>.</param>
internal sealed record MigrationStatus(
    Func<string, ProcessStartInfo> Start, Func<CancellationToken, ValueTask<string?>> ReadConnectionStringAsync)
{
    /// <summary>A run takes a few seconds; an unreachable database is given up much earlier.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public async Task<ExecuteCommandResult> ShowAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        using var worker = new Process { StartInfo = Start("--status") };
        worker.StartInfo.UseShellExecute = false;
        worker.StartInfo.RedirectStandardOutput = true;
        worker.StartInfo.RedirectStandardError = true;
        worker.StartInfo.Environment["DOTNET_ENVIRONMENT"] = services.GetRequiredService<IHostEnvironment>().EnvironmentName;
        worker.StartInfo.Environment["ConnectionStrings__btecdb"] = await ReadConnectionStringAsync(cancellationToken);
        worker.Start();
        try
        {
            var output = worker.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = worker.StandardError.ReadToEndAsync(cancellationToken);
            await worker.WaitForExitAsync(cancellationToken);

            return worker.ExitCode == 0
                ? CommandResults.Success("Migrations", FormatTable(await output), CommandResultFormat.Markdown, displayImmediately: true)
                : CommandResults.Failure($"The worker exited with code {worker.ExitCode}.", await errors, CommandResultFormat.Text);
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Turns the lines of the worker, a state and a migration each, into a table.</summary>
    private static string FormatTable(string output)
    {
        var table = new StringBuilder("| state | migration |\n| --- | --- |\n");
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            table.Append("| ").AppendJoin(" | ", line.Split(' ', 2, StringSplitOptions.TrimEntries)).Append(" |\n");

        return table.ToString();
    }
}
