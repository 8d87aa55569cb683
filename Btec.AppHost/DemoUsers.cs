using System.Globalization;
using System.Net;
using System.Net.Http.Json;

namespace Btec.AppHost;

/// <summary>The dashboard's command on the API that makes users to try things with.</summary>
internal static class DemoUsers
{
    public const string Seed = "seed-demo-users";
    public const string Password = "demo password";

    private const string Count = "count";

    /// <summary>Each costs one bcrypt hash, a fifth to half a second of a core.</summary>
    private const int MaxCount = 100;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static string EmailOf(int number) => string.Create(CultureInfo.InvariantCulture, $"demo{number}@example.com");

    public static IResourceBuilder<ProjectResource> WithSeedCommand(this IResourceBuilder<ProjectResource> api) =>
        api.WithCommand(
            Seed,
            "Seed demo users",
            context => CommandDeadline.RunAsync(
                Longest, deadline => SeedAsync(context.Arguments, api.GetEndpoint("http"), deadline), context.CancellationToken),
            new CommandOptions
            {
                Description = $"Registers {EmailOf(1)} and so on, with the password \"{Password}\".",
                IconName = "PeopleAdd",
                UpdateState = ResourceStates.EnableWhileHealthy,
                Arguments =
                [
                    new InteractionInput { Name = Count, Label = "How many", InputType = InputType.Number, Value = "5" },
                ],
            });

    private static async Task<ExecuteCommandResult> SeedAsync(
        InteractionInputCollection arguments, EndpointReference endpoint, CancellationToken cancellationToken)
    {
        var wanted = arguments.TryGetByName(Count, out var input) ? input.Value : null;
        if (!int.TryParse(wanted ?? "5", NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > MaxCount)
            return CommandResults.Failure($"{wanted} is no number from 1 to {MaxCount}.");

        using var client = new HttpClient { BaseAddress = new Uri(endpoint.Url) };
        var created = 0;
        for (var number = 1; number <= count; number++)
        {
            using var response = await client.PostAsJsonAsync(
                new Uri("/api/auth/register", UriKind.Relative),
                new { email = EmailOf(number), password = Password, full_name = $"Demo {number}" },
                cancellationToken);
            if (response.StatusCode == HttpStatusCode.Created)
                created++;
            else if (response.StatusCode != HttpStatusCode.Conflict)
                return CommandResults.Failure($"The API answered {(int)response.StatusCode}.");
        }

        return CommandResults.Success(
            $"{created} of {count} demo users were new. Log in as {EmailOf(1)} with the password \"{Password}\".");
    }
}
