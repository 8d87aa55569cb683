using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Clients;

/// <summary>The scopes that the server knows, and which of them a client gets.</summary>
internal sealed class ScopeRules(IOptions<OAuthOptions> options)
{
    public const string OpenId = "openid";
    public const string Profile = "profile";
    public const string Email = "email";

    /// <summary>The scope with which a client gets refresh tokens (OpenID Connect Core 1.0 section 11).</summary>
    public const string OfflineAccess = "offline_access";

    /// <summary>The scopes of OpenID Connect, which are those of a client that was registered without any.</summary>
    public static readonly IReadOnlyList<string> Standard = [OpenId, Profile, Email, OfflineAccess];

    private static readonly (string Name, string Description)[] s_standard =
    [
        (OpenId, "Know who you are."),
        (Profile, "See your name."),
        (Email, "See your e-mail address."),
        (OfflineAccess, "Stay signed in when you are not there."),
    ];

    /// <summary>The scopes that are known, those of OpenID Connect first.</summary>
    public IReadOnlyList<string> Names => [.. Standard, .. options.Value.Scopes.Select(scope => scope.Name!)];

    /// <summary>Returns the description of a scope for the user who consents.</summary>
    public string Describe(string name) =>
        s_standard.FirstOrDefault(scope => scope.Name == name).Description
        ?? options.Value.Scopes.FirstOrDefault(scope => scope.Name == name)?.Description
        ?? name;

    /// <summary>Returns the scopes that a client gets: those that it asks for and that are known. Others are ignored (OpenID Connect Core
    /// 1.0 section 3.1.2.1).</summary>
    /// <param name="scope">The parameter <c>scope</c>. Without it a client gets none.</param>
    /// <returns>The scopes, or <see langword="null"/> if the parameter is malformed or has a known scope that the client may not ask for:
    /// <c>invalid_scope</c>.</returns>
    public IReadOnlyList<string>? Grant(string? scope, RegisteredClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (string.IsNullOrEmpty(scope))
            return [];

        var known = ScopeSyntax.Parse(scope)?.Intersect(Names, StringComparer.Ordinal).ToList();
        return known is not null && known.All(name => client.Scopes.Contains(name, StringComparer.Ordinal)) ? known : null;
    }
}
