namespace Btec.AppHost;

/// <summary>The dashboard's commands that the API itself carries out.</summary>
internal static class DevelopmentCommands
{
    public const string MintToken = "mint-token";
    public const string RevokeSessions = "revoke-sessions";
    public const string RotateSigningKey = "rotate-signing-key";
    public const string SeedDemoUsers = "seed-demo-users";
    public const string LastMails = "last-mails";
    public const string VerifyAudit = "verify-audit";

    private const string DemoEmail = "demo1@example.com";

    /// <summary>Adds the commands, and gives the API their key, which is another one in each run.</summary>
    public static IResourceBuilder<ProjectResource> WithDevelopmentCommands(this IResourceBuilder<ProjectResource> api)
    {
        var key = api.ApplicationBuilder.AddParameter(
            "development-command-key", new GenerateParameterDefault { MinLength = 48, Special = false }, secret: true);
        var routes = new DevelopmentRoutes(api.GetEndpoint("http"), key.Resource);

        return api.WithEnvironment("Development__CommandKey", key)
            .WithCommand(MintToken, "Mint an access token", routes.Run(MintToken), new CommandOptions
            {
                Description = "Logs a user in without the password, and shows the token.",
                IconName = "Key",
                UpdateState = ResourceStates.EnableWhileHealthy,
                Arguments = [AskForEmail()],
            })
            .WithCommand(RevokeSessions, "Revoke all sessions", routes.Run(RevokeSessions), new CommandOptions
            {
                Description = "Ends every session of a user, from the next request on.",
                ConfirmationMessage = "The user will be logged out everywhere. Revoke all sessions?",
                IconName = "PersonProhibited",
                UpdateState = ResourceStates.EnableWhileHealthy,
                // Only the dashboard asks first.
                Visibility = ResourceCommandVisibility.UI,
                Arguments = [AskForEmail()],
            })
            .WithCommand(RotateSigningKey, "Rotate the signing key", routes.Run(RotateSigningKey), new CommandOptions
            {
                Description = "With Jwt:Algorithm ES256: publishes a new key, and signs with it within a minute.",
                IconName = "KeyReset",
                UpdateState = ResourceStates.EnableWhileHealthy,
            })
            .WithCommand(SeedDemoUsers, "Seed demo users", routes.Run(SeedDemoUsers), new CommandOptions
            {
                Description = $"Makes {DemoEmail} and so on, with the password \"demo password\".",
                IconName = "PeopleAdd",
                UpdateState = ResourceStates.EnableWhileHealthy,
                Arguments =
                [
                    new InteractionInput { Name = "count", Label = "How many, up to 10,000", InputType = InputType.Number, Required = true, Value = "5" },
                ],
            })
            .WithCommand(LastMails, "Show last mails", routes.Run(LastMails), new CommandOptions
            {
                Description = "Lists the newest 20 mails, sent or not, and changes nothing.",
                IconName = "Mail",
                UpdateState = ResourceStates.EnableWhileHealthy,
            })
            .WithCommand(VerifyAudit, "Verify the audit", routes.Run(VerifyAudit), new CommandOptions
            {
                Description = "Checks that the audit events are as they were written, and changes nothing.",
                IconName = "ShieldCheckmark",
                UpdateState = ResourceStates.EnableWhileHealthy,
            });
    }

    private static InteractionInput AskForEmail() =>
        new() { Name = "email", Label = "E-mail address", InputType = InputType.Text, Required = true, Placeholder = DemoEmail };
}
