namespace Btec.Api.Platform.Clients;

/// <summary>The grant types that a client can be registered for (RFC 6749, RFC 7591 section 2).</summary>
internal static class GrantTypes
{
    public const string AuthorizationCode = "authorization_code";

    /// <summary>Refresh tokens, which also need the scope <c>offline_access</c>.</summary>
    public const string RefreshToken = "refresh_token";

    public const string ClientCredentials = "client_credentials";

    /// <summary>The grant types of a client that was registered without any.</summary>
    public static readonly IReadOnlyList<string> Default = [AuthorizationCode, RefreshToken];

    public static readonly IReadOnlyList<string> All = [AuthorizationCode, RefreshToken, ClientCredentials];
}
