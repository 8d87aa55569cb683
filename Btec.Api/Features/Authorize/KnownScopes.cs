namespace Btec.Api.Features.Authorize;

/// <summary>The scopes of this server: those of OpenID Connect, and those of the setting <c>OAuth:Scopes</c>.</summary>
internal sealed class KnownScopes(IConfiguration configuration)
{
    private static readonly Dictionary<string, string> Standard = new(StringComparer.Ordinal)
    {
        ["openid"] = "Know who you are",
        ["profile"] = "See your name",
        ["email"] = "See your e-mail address",
        ["offline_access"] = "Stay signed in when you are away",
    };

    /// <summary>Returns what a scope means for the user, or <see langword="null"/> if it is unknown.</summary>
    public string? FindDescription(string scope) =>
        Standard.TryGetValue(scope, out var description)
            ? description
            : configuration.GetSection("OAuth:Scopes").GetChildren().FirstOrDefault(child => child["Name"] == scope)?["Description"];
}
