using Btec.Api.Platform.Clients;
using Btec.Data.Keys;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>A provider of the setting <c>External:Providers</c>.</summary>
internal sealed record ExternalProviderOptions
{
    /// <summary>A provider that speaks OpenID Connect.</summary>
    public const string OpenIdConnect = "oidc";

    /// <summary>GitHub, which speaks OAuth 2.0 and has an API of its own.</summary>
    public const string GitHub = "github";

    /// <summary>The issuer under which logins at GitHub are stored. GitHub itself names none in its tokens.</summary>
    public const string GitHubIssuer = "https://github.com";

    /// <summary>The name of the setting.</summary>
    public required string Path { get; init; }

    /// <summary>The name in URLs.</summary>
    public string? Name { get; init; }

    /// <summary>The name that people read.</summary>
    public string? DisplayName { get; init; }

    public required string Kind { get; init; }

    public string? Issuer { get; init; }

    public string? ClientId { get; init; }

    public Secret? ClientSecret { get; init; }

    public required IReadOnlyList<SettingText> Scopes { get; init; }

    /// <summary>Gets a value indicating whether an address counts as verified if the provider says so.</summary>
    public bool TrustEmail { get; init; }

    /// <summary>Gets a value indicating whether a login that no account has creates one.</summary>
    public bool AllowRegistration { get; init; }

    /// <summary>The authorization endpoint of GitHub Enterprise Server.</summary>
    public string? AuthorizationEndpoint { get; init; }

    /// <summary>The token endpoint of GitHub Enterprise Server.</summary>
    public string? TokenEndpoint { get; init; }

    /// <summary>The API of GitHub Enterprise Server.</summary>
    public string? ApiUrl { get; init; }

    public static ExternalProviderOptions Read(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var kind = Find(section, nameof(Kind)) ?? OpenIdConnect;
        return new ExternalProviderOptions
        {
            Path = section.Path,
            Name = Find(section, nameof(Name)),
            DisplayName = Find(section, nameof(DisplayName)),
            Kind = kind,
            Issuer = Find(section, nameof(Issuer)) ?? (kind == GitHub ? GitHubIssuer : null),
            ClientId = Find(section, nameof(ClientId)),
            ClientSecret = section.GetValue<Secret?>(nameof(ClientSecret)),
            Scopes = SettingText.ReadList(section.GetSection(nameof(Scopes))),
            TrustEmail = section.GetValue(nameof(TrustEmail), defaultValue: false),
            AllowRegistration = section.GetValue(nameof(AllowRegistration), defaultValue: false),
            AuthorizationEndpoint = Find(section, nameof(AuthorizationEndpoint)),
            TokenEndpoint = Find(section, nameof(TokenEndpoint)),
            ApiUrl = Find(section, nameof(ApiUrl)),
        };
    }

    private static string? Find(IConfigurationSection section, string name) => section[name] is { Length: > 0 } value ? value : null;
}
