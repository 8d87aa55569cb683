using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting.Commands;

/// <summary>The API's routes for the dashboard, one for each command. A route takes the arguments of its command by name, and answers
/// with a sentence.</summary>
internal sealed class DevelopmentRoutes(IResourceWithEndpoints api, ParameterResource key)
{
    private const string KeyHeader = "X-Development-Key";

    /// <summary>Creates the callback of a command.</summary>
    /// <param name="command">The name of the command and of its route.</param>
    /// <param name="limit">The longest time that the command may take.</param>
    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> Run(string command, TimeSpan limit) => context =>
        // The orchestrator accepts connections for a process that is not there, and holds them.
        context.Services.IsRunning(context.ResourceName)
            ? CommandDeadline.RunAsync(
                context.Services, limit, [api], deadline => PostAsync(command, context.Arguments, deadline), context.CancellationToken)
            : Task.FromResult(CommandResults.Failure(
                $"The API is not running ({context.Services.GetStateText(context.ResourceName)}). Start it and try again."));

    private async Task<ExecuteCommandResult> PostAsync(
        string command, InteractionInputCollection arguments, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri(api.GetEndpoint("http").Url) };
        client.DefaultRequestHeaders.Add(KeyHeader, await key.GetValueAsync(cancellationToken));
        try
        {
            using var response = await client.PostAsJsonAsync(
                new Uri($"/api/development/{command}", UriKind.Relative),
                arguments.ToDictionary(argument => argument.Name, Read, StringComparer.Ordinal),
                cancellationToken);
            return response.IsSuccessStatusCode
                ? Show((await response.Content.ReadFromJsonAsync<Outcome>(cancellationToken))!)
                : Explain((await response.Content.ReadFromJsonAsync<Problem>(cancellationToken))!);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            return CommandResults.Failure($"The API did not answer the command: {exception.Message} See its log.");
        }
    }

    private static object? Read(InteractionInput argument) =>
        argument.InputType == InputType.Number && int.TryParse(argument.Value, CultureInfo.InvariantCulture, out var number)
            ? number
            : argument.Value;

    private static ExecuteCommandResult Show(Outcome outcome) => outcome.Failed
        ? CommandResults.Failure(outcome.Message, outcome.Output ?? outcome.Message, CommandResultFormat.Text)
        : ShownResult.Succeed(outcome.Message, outcome.Output);

    private static ExecuteCommandResult Explain(Problem problem) => CommandResults.Failure(
        problem.Errors is null ? $"{problem.Title} {problem.Detail}" : string.Join(' ', problem.Errors.Values.SelectMany(faults => faults)));

    private sealed record Outcome(string Message, string? Output, bool Failed);

    private sealed record Problem(string Title, string Detail, Dictionary<string, string[]>? Errors);
}
