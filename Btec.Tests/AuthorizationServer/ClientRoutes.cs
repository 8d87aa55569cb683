namespace Btec.Tests.AuthorizationServer;

/// <summary>The routes of the application that the tokens of third-party clients are for, and those that read no access token. Every other
/// route is closed to such a token. A route that is new belongs to one of the three.</summary>
internal static class ClientRoutes
{
    /// <summary>The routes that open to a client.</summary>
    public static readonly IReadOnlySet<string> Open = new HashSet<string>(StringComparer.Ordinal) { "GET /oauth/userinfo", "POST /oauth/userinfo" };
}
