using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting.Commands;

/// <summary>The dashboard's commands that are about one user, whose address they ask for. Typing it is the confirmation.</summary>
internal static class UserCommands
{
    public const string MintToken = "mint-token";
    public const string RevokeSessions = "revoke-sessions";
    public const string ShowCodes = "show-codes";
    public const string RemoveFactors = "remove-factors";

    public static IResourceBuilder<T> WithUserCommands<T>(this IResourceBuilder<T> api, DevelopmentRoutes routes)
        where T : IResource => api
        .WithUserCommand(
            routes, MintToken, "Mint an access token", "Logs a user in without the password, and shows the token.", "Key",
            isHighlighted: true)
        .WithUserCommand(
            routes, RevokeSessions, "Revoke all sessions", "Logs a user out everywhere, from the next request on.", "PersonProhibited")
        .WithUserCommand(
            routes, ShowCodes, "Show authenticator codes", "Shows what a user's authenticator applications show now.", "NumberSymbol")
        .WithUserCommand(
            routes, RemoveFactors, "Remove second factors", "Removes a user's authenticators, passkeys and recovery codes.",
            "ShieldDismiss");

    private static IResourceBuilder<T> WithUserCommand<T>(
        this IResourceBuilder<T> api,
        DevelopmentRoutes routes,
        string name,
        string title,
        string description,
        string icon,
        bool isHighlighted = false)
        where T : IResource => api.WithCommand(name, title, routes.Run(name, DevelopmentCommands.Short), new CommandOptions
        {
            Description = description,
            IconName = icon,
            IsHighlighted = isHighlighted,
            UpdateState = ResourceStates.EnableWhileHealthy,
            Arguments = [CommandArguments.AskForEmail()],
            ValidateArguments = CommandArguments.ValidateEmailAsync,
        });
}
