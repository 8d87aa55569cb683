using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;

namespace Btec.Api.Features.OAuth;

/// <summary>The grant of tokens to clients themselves (RFC 6749 section 4.4). They have no user, no session and no refresh token.</summary>
internal static class ClientCredentialsGrant
{
    /// <summary>Issues a token to a client that has been authenticated.</summary>
    public static async Task<Result<GrantedTokens>> GrantAsync(
        OAuthForm form, RegisteredClient client, ScopeRules scopes, AccessTokenIssuer tokens, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(client);
        if (!client.IsConfidential || !client.GrantTypes.Contains(GrantTypes.ClientCredentials, StringComparer.Ordinal))
            return AuthError.GrantTypeNotAllowed;

        // A token for several resources at once would be good at each of them for the others (RFC 8707 section 3).
        var resource = form.Fields.Find("resource");
        if (form.Fields.IsRepeated("resource") || (resource is not null && !client.Resources.Contains(resource, StringComparer.Ordinal)))
            return AuthError.ResourceInvalid;

        if (FindScopes(form.Fields.Find("scope"), client, scopes) is not { } granted)
            return AuthError.ScopeInvalid;

        var scope = string.Join(' ', granted);
        return new GrantedTokens(await tokens.IssueMachineTokenAsync(client.Id, scope, resource, cancellationToken)) { Scope = scope };
    }

    /// <summary>Returns the scopes of the token, by default all that the client may ask for. Those of OpenID Connect are about a user,
    /// which this grant does not have.</summary>
    private static IReadOnlyList<string>? FindScopes(string? asked, RegisteredClient client, ScopeRules scopes)
    {
        if (asked is null)
            return [.. client.Scopes.Intersect(scopes.Names, StringComparer.Ordinal).Except(ScopeRules.Standard, StringComparer.Ordinal)];

        var granted = scopes.Grant(asked, client);
        return granted is not null && !granted.Intersect(ScopeRules.Standard, StringComparer.Ordinal).Any() ? granted : null;
    }
}
