using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Btec.AppHost;

/// <summary>The API's routes for the dashboard, one for each command: it takes the command's arguments by their names, and answers
/// with a sentence.</summary>
internal sealed class DevelopmentRoutes(EndpointReference endpoint, ParameterResource key)
{
    private const string KeyHeader = "X-Development-Key";

    /// <summary>A million audit events are verified in less.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> Run(string command) => context =>
        CommandDeadline.RunAsync(Longest, deadline => PostAsync(command, context.Arguments, deadline), context.CancellationToken);

    private async Task<ExecuteCommandResult> PostAsync(
        string command, InteractionInputCollection arguments, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri(endpoint.Url) };
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
            return CommandResults.Failure($"The API gave no usable answer; its state and its log say why. ({exception.Message})");
        }
    }

    /// <summary>What is no number after all goes as text, and the API refuses it.</summary>
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
