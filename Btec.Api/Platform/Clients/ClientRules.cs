using Btec.Data.Accounts;
using Btec.Data.Model;

namespace Btec.Api.Platform.Clients;

/// <summary>The rules for clients, whether they are configured or registered by a superuser.</summary>
internal static class ClientRules
{
    /// <summary>The maximum number of redirect URIs, and of resources: 10. An estimate; each is compared on every request.</summary>
    public const int MaxUris = 10;

    /// <summary>The maximum number of scopes: 50. An estimate: a page that a person reads lists them.</summary>
    public const int MaxScopes = 50;

    /// <summary>Returns what is wrong with a client as a whole, by the names of its properties.</summary>
    public static IEnumerable<(string Property, string Fault)> FindConflicts(RegisteredClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (client.GrantTypes.Contains(GrantTypes.AuthorizationCode, StringComparer.Ordinal) && client.RedirectUris.Count == 0)
            yield return (nameof(client.RedirectUris), "Name at least one, or leave authorization_code out of the grant types.");

        if (!client.IsConfidential && client.GrantTypes.Contains(GrantTypes.ClientCredentials, StringComparer.Ordinal))
            yield return (nameof(client.GrantTypes), "A client without a secret cannot use client_credentials.");

        if (!client.IsConfidential && client.MayIntrospect)
            yield return (nameof(client.MayIntrospect), "A client without a secret cannot introspect tokens.");

        if (client.GrantTypes.Contains(GrantTypes.RefreshToken, StringComparer.Ordinal)
            && !client.GrantTypes.Contains(GrantTypes.AuthorizationCode, StringComparer.Ordinal))
            yield return (nameof(client.GrantTypes), "refresh_token needs authorization_code.");
    }

    /// <summary>Finds what is wrong with a name that is shown to users.</summary>
    public static string? FindNameFault(string? name) => ShortText.Normalize(name) is null
        ? $"Use 1 to {OAuthClient.NameMaxLength} characters."
        : ShortText.FindFault(name, OAuthClient.NameMaxLength);

    /// <summary>Finds what is wrong with a grant type.</summary>
    public static string? FindGrantTypeFault(string grantType) => GrantTypes.All.Contains(grantType, StringComparer.Ordinal)
        ? null
        : $"Use {string.Join(", ", GrantTypes.All)}.";

    /// <summary>Returns whether a text can be the id of a configured client: letters, digits and <c>-._~</c>, which need no escape in a
    /// path (RFC 3986 section 2.3), neither the id of a client that is built in nor a number, which is the <c>sub</c> of a user (RFC 9068
    /// section 5).</summary>
    public static bool IsId(string? id) =>
        id is { Length: > 0 and <= OAuthClient.IdMaxLength } && char.IsAsciiLetterOrDigit(id[0])
        && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or '~')
        && !id.All(char.IsAsciiDigit) && id is not (PageClient.Id or FirstParty);

    /// <summary>The <c>client_id</c> of the tokens of the API's own routes.</summary>
    private const string FirstParty = "btec";
}
