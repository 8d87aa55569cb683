using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting.Commands;

/// <summary>The dashboard's commands that the API carries out.</summary>
internal static class DevelopmentCommands
{
    public const string RotateSigningKey = "rotate-signing-key";
    public const string SeedDemoUsers = "seed-demo-users";
    public const string LastMails = "last-mails";
    public const string VerifyAudit = "verify-audit";

    /// <summary>The longest time for a command that runs a few statements.</summary>
    internal static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    /// <summary>The longest time for a command that writes 10,000 users or reads a million audit events, with a margin.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    /// <summary>Adds the commands, and gives the API the key that opens their routes. Each run has another key.</summary>
    /// <param name="api">The API.</param>
    /// <param name="keyName">The name of the parameter that holds the key.</param>
    public static IResourceBuilder<T> WithDevelopmentCommands<T>(this IResourceBuilder<T> api, string keyName)
        where T : IResourceWithEndpoints, IResourceWithEnvironment
    {
        var key = api.ApplicationBuilder.AddParameter(
            keyName, new GenerateParameterDefault { MinLength = 48, Special = false }, secret: true);
        var routes = new DevelopmentRoutes(api.Resource, key.Resource);

        api.WithEnvironment("Development__CommandKey", key)
            .WithUserCommands(routes)
            .WithCommand(SeedDemoUsers, "Seed demo users", routes.Run(SeedDemoUsers, Long), new CommandOptions
            {
                Description = "Creates demo1@example.com and so on, with the password \"demo password\".",
                IconName = "PeopleAdd",
                IsHighlighted = true,
                UpdateState = ResourceStates.EnableWhileHealthy,
                Arguments = [CommandArguments.AskForCount()],
                ValidateArguments = CommandArguments.ValidateCountAsync,
                Progress = new CommandProgressOptions { Message = "Creating demo users…" },
            })
            .WithCommand(LastMails, "Show last mails", routes.Run(LastMails, Short), new CommandOptions
            {
                Description = "Lists the newest 20 mails, sent or not.",
                IconName = "Mail",
                UpdateState = ResourceStates.EnableWhileHealthy,
            })
            .WithCommand(VerifyAudit, "Verify the audit events", routes.Run(VerifyAudit, Long), new CommandOptions
            {
                Description = "Checks that no audit event was changed or removed.",
                IconName = "ShieldCheckmark",
                UpdateState = ResourceStates.EnableWhileHealthy,
                Progress = new CommandProgressOptions { Message = "Reading the audit events…" },
            })
            .WithCommand(RotateSigningKey, "Rotate the signing keys", routes.Run(RotateSigningKey, Short), new CommandOptions
            {
                Description = "Publishes new keys, and signs with them within a minute.",
                IconName = "KeyReset",
                UpdateState = ResourceStates.EnableWhileHealthy,
            });

        return api;
    }
}
