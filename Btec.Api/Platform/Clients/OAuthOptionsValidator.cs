using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Clients;

/// <summary>Checks the settings under <c>OAuth</c> when the process starts. Every fault names its setting and quotes no value.</summary>
internal sealed class OAuthOptionsValidator : IValidateOptions<OAuthOptions>
{
    /// <summary>The maximum length of the description of a scope, in code points. An estimate: it is a line of the consent page.</summary>
    private const int MaxDescriptionLength = 200;

    private static readonly TimeSpan s_longestLifetime = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, OAuthOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> faults =
        [
            .. FindLifetimeFaults(options.AccessTokenLifetime), .. FindScopeFaults(options.Scopes), .. options.Clients.SelectMany(
                (client, index) => FindClientFaults(client, options, index)),
        ];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> FindLifetimeFaults(TimeSpan lifetime)
    {
        if (lifetime < TimeSpan.FromSeconds(1) || lifetime > s_longestLifetime)
            yield return "OAuth:AccessTokenLifetime must be from one second to one day.";
    }

    private static IEnumerable<string> FindScopeFaults(IList<ScopeOptions> scopes)
    {
        var seen = new HashSet<string>(ScopeRules.Standard, StringComparer.Ordinal);
        foreach (var scope in scopes)
        {
            if (scope.Name is not { } name || !ScopeSyntax.IsName(name))
                yield return $"{scope.Path}:Name must be 1 to {ScopeSyntax.MaxNameLength} visible ASCII characters without \" and \\.";
            else if (!seen.Add(name))
                yield return $"{scope.Path}:Name is that of another scope.";

            if (Data.Accounts.ShortText.Normalize(scope.Description) is null
                || Data.Accounts.ShortText.FindFault(scope.Description, MaxDescriptionLength) is not null)
                yield return $"{scope.Path}:Description must be a line of 1 to {MaxDescriptionLength} characters.";
        }
    }

    private static IEnumerable<string> FindClientFaults(ClientOptions client, OAuthOptions options, int index)
    {
        if (!ClientRules.IsId(client.Id))
        {
            yield return $"{client.Path}:Id must be 1 to {OAuthClient.IdMaxLength} letters, digits and -._~, must begin with a letter or "
                + "a digit, and must not be a number, btec or btec-pages.";
        }
        else if (options.Clients.Take(index).Any(other => other.Id == client.Id))
        {
            yield return $"{client.Path}:Id is that of another client.";
        }

        if (client.Name is { } label && ClientRules.FindNameFault(label) is { } fault)
            yield return $"{client.Path}:Name is not usable. {fault}";

        if (client.Secret is { } secret && !IsUsable(secret))
        {
            yield return $"{client.Path}:Secret must be {ClientSecret.MinLength} to {ClientSecret.MaxLength} printable ASCII characters. Use a "
                + "random one.";
        }

        foreach (var listed in FindListFaults(client, options))
            yield return listed;

        foreach (var (name, uri) in new[] { ("BackChannelLogoutUri", client.BackChannelLogoutUri), ("ClientUri", client.ClientUri) })
        {
            if (uri is not null && UriRules.FindWebFault(uri) is { } wrong)
                yield return $"{client.Path}:{name} is not usable. {wrong}";
        }

        foreach (var (property, conflict) in ClientRules.FindConflicts(ConfiguredClients.Read(client)))
            yield return $"{client.Path}:{property} is not usable. {conflict}";
    }

    private static IEnumerable<string> FindListFaults(ClientOptions client, OAuthOptions options)
    {
        var scopes = ScopeRules.Standard.Concat(options.Scopes.Select(scope => scope.Name)).ToHashSet(StringComparer.Ordinal);
        return FindListFaults(client, "RedirectUris", client.RedirectUris, ClientRules.MaxUris, UriRules.FindRedirectFault)
            .Concat(FindListFaults(
                client, "PostLogoutRedirectUris", client.PostLogoutRedirectUris, ClientRules.MaxUris, UriRules.FindRedirectFault))
            .Concat(FindListFaults(client, "Resources", client.Resources, ClientRules.MaxUris, UriRules.FindResourceFault))
            .Concat(FindListFaults(client, "GrantTypes", client.GrantTypes, GrantTypes.All.Count, ClientRules.FindGrantTypeFault))
            .Concat(FindListFaults(
                client, "Scopes", client.Scopes, ClientRules.MaxScopes,
                scope => scopes.Contains(scope) ? null : "Use openid, profile, email, offline_access or one of OAuth:Scopes."));
    }

    private static IEnumerable<string> FindListFaults(
        ClientOptions client, string name, IReadOnlyList<SettingText> list, int limit, Func<string, string?> findFault)
    {
        if (list.Count > limit)
            yield return $"{client.Path}:{name} has {list.Count} entries. Use at most {limit}.";

        foreach (var entry in list)
        {
            if (findFault(entry.Value) is { } fault)
                yield return $"{entry.Path} is not usable. {fault}";
        }
    }

    /// <summary>Returns whether a text can be sent as a secret (RFC 6749 appendix A.2).</summary>
    private static bool IsUsable(Secret secret)
    {
        var bytes = secret.GetBytes();
        return bytes.Length is >= ClientSecret.MinLength and <= ClientSecret.MaxLength
            && bytes.All(value => value is >= (byte)' ' and <= (byte)'~');
    }
}
