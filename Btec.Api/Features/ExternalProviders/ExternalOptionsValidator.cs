using System.Buffers;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Http;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>Checks the settings under <c>External</c> when the process starts. Every fault names its setting and quotes no value.</summary>
internal sealed class ExternalOptionsValidator(IOptions<PublicAddressOptions> address, IHostEnvironment environment)
    : IValidateOptions<ExternalOptions>
{
    /// <summary>The maximum length of the name that people read, in code points. An estimate: it is the label of a button.</summary>
    private const int MaxDisplayNameLength = 40;

    /// <summary>The maximum length of the id and the secret of a client, in characters. An estimate; some secrets are JWTs.</summary>
    private const int MaxCredentialLength = 4_000;

    private const string OpenId = "openid";

    /// <summary>The word in place of a name in the route of mailed links.</summary>
    private const string Reserved = "link";

    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public ValidateOptionsResult Validate(string? name, ExternalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> faults =
        [
            .. FindAddressFaults(options),
            .. options.RedirectUris.Where(uri => UriRules.FindRedirectFault(uri.Value) is not null)
                .Select(uri => $"{uri.Path} is not usable. {UriRules.FindRedirectFault(uri.Value)}"),
            .. options.Providers.SelectMany((provider, index) => FindFaults(provider, options.Providers.Take(index))),
        ];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>Providers send people back to a registered address. One that the client of a request chooses would not be it.</summary>
    private IEnumerable<string> FindAddressFaults(ExternalOptions options)
    {
        if (options.Providers.Count > 0 && address.Value.PublicUrl is null && !environment.IsDevelopment())
            yield return "PublicUrl must be set for External:Providers: they send people back there.";
    }

    private static IEnumerable<string> FindFaults(ExternalProviderOptions provider, IEnumerable<ExternalProviderOptions> before)
    {
        if (provider.Name is not { } name || !IsName(name))
            yield return $"{provider.Path}:Name must be 1 to {ExternalIdentity.ProviderMaxLength} of a-z, 0-9 and -, and not {Reserved}.";
        else if (before.Any(other => other.Name == name))
            yield return $"{provider.Path}:Name is that of another provider.";

        if (provider.DisplayName is { } label && ShortText.FindFault(label, MaxDisplayNameLength) is not null)
            yield return $"{provider.Path}:DisplayName must be a line of 1 to {MaxDisplayNameLength} characters.";

        if (!IsCredential(provider.ClientId))
            yield return $"{provider.Path}:ClientId must be 1 to {MaxCredentialLength} printable ASCII characters.";

        if (!IsCredential(provider.ClientSecret?.Reveal()))
            yield return $"{provider.Path}:ClientSecret must be 1 to {MaxCredentialLength} printable ASCII characters.";

        if (provider.Scopes.Any(scope => !ScopeSyntax.IsName(scope.Value)))
            yield return $"{provider.Path}:Scopes must be scopes with spaces between them.";

        foreach (var fault in provider.Kind switch
        {
            ExternalProviderOptions.OpenIdConnect => FindOpenIdConnectFaults(provider),
            ExternalProviderOptions.GitHub => FindGitHubFaults(provider),
            _ => [$"{provider.Path}:Kind must be oidc or github."],
        })
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> FindOpenIdConnectFaults(ExternalProviderOptions provider)
    {
        if (FindUrlFault(provider, nameof(provider.Issuer), provider.Issuer ?? "") is { } fault)
            yield return fault;
        else if (provider.Issuer!.Contains('?', StringComparison.Ordinal) || provider.Issuer.Length > ExternalIdentity.IssuerMaxLength)
            yield return $"{provider.Path}:Issuer must have no query, and at most {ExternalIdentity.IssuerMaxLength} characters.";

        if (provider.Scopes.Count > 0 && provider.Scopes.All(scope => scope.Value != OpenId))
            yield return $"{provider.Path}:Scopes must contain openid.";

        foreach (var (name, value) in ListEndpoints(provider).Where(endpoint => endpoint.Value is not null))
            yield return $"{provider.Path}:{name} is only for github. Remove it: the issuer publishes its endpoints.";
    }

    private static IEnumerable<string> FindGitHubFaults(ExternalProviderOptions provider)
    {
        // Logins at two installations of GitHub have the same ids.
        if (provider.ApiUrl is not null && provider.Issuer == ExternalProviderOptions.GitHubIssuer)
            yield return $"{provider.Path}:Issuer must be the address of the installation that {provider.Path}:ApiUrl belongs to.";
        else if (FindUrlFault(provider, nameof(provider.Issuer), provider.Issuer!) is { } fault)
            yield return fault;

        foreach (var (name, value) in ListEndpoints(provider))
        {
            if (value is not null && FindUrlFault(provider, name, value) is { } wrong)
                yield return wrong;
        }

        if (ListEndpoints(provider).Count(endpoint => endpoint.Value is not null) is 1 or 2)
            yield return $"{provider.Path} must have all of AuthorizationEndpoint, TokenEndpoint and ApiUrl, or none.";
    }

    private static IEnumerable<(string Name, string? Value)> ListEndpoints(ExternalProviderOptions provider) =>
    [
        (nameof(provider.AuthorizationEndpoint), provider.AuthorizationEndpoint),
        (nameof(provider.TokenEndpoint), provider.TokenEndpoint),
        (nameof(provider.ApiUrl), provider.ApiUrl),
    ];

    private static string? FindUrlFault(ExternalProviderOptions provider, string name, string value) =>
        UriRules.FindWebFault(value) is { } fault ? $"{provider.Path}:{name} is not usable. {fault}" : null;

    private static bool IsName(string name) =>
        name != Reserved && name.Length is > 0 and <= ExternalIdentity.ProviderMaxLength && !name.AsSpan().ContainsAnyExcept(s_nameCharacters);

    /// <summary>Returns whether a text can be an id or a secret (RFC 6749 appendix A).</summary>
    private static bool IsCredential(string? text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= MaxCredentialLength && text.All(character => character is >= ' ' and <= '~');
}
