using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Data.Model;

namespace Btec.Api.Features.Sessions;

/// <summary>The binding of refresh tokens to the client that they were issued to, and to what it was granted (RFC 6749 section
/// 6).</summary>
internal sealed class RefreshBinding(ClientAuthentication clients)
{
    /// <summary>Returns the scopes of the next access token of a session, which are none unless it is that of a client,
    /// or why the request may not use its refresh tokens. Nothing is used up or ended for a refusal: whoever is not the client proves
    /// nothing by its token.</summary>
    public async Task<Result<string>> FindScopeAsync(Session session, RefreshAttempt request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(request);
        // The tokens of the API's own routes are bound to no client; whoever has one may name any.
        if (session.ClientId is not { } clientId)
            return "";

        var authenticated = await clients.AuthenticateAsync(request.Client, cancellationToken);
        return authenticated.Match<Result<string>>(
            client => client.Id == clientId ? FindScope(client, session, request) : AuthError.RefreshTokenInvalid,
            () => AuthError.ClientInvalid,
            _ => AuthError.ClientInvalid,
            () => AuthError.TokenRequestInvalid);
    }

    /// <summary>Returns the scopes of the next access token: those that the client asks for, or all that were granted and were not taken
    /// away from the client since.</summary>
    private static Result<string> FindScope(RegisteredClient client, Session session, RefreshAttempt request)
    {
        var granted = client.Narrow(session.Scope);
        if (!client.MayUse(GrantTypes.RefreshToken) || !GrantedScope.Has(granted, ScopeRules.OfflineAccess))
            return AuthError.GrantTypeNotAllowed;

        var asked = request.Scope is { } scope ? ScopeSyntax.Parse(scope) : GrantedScope.Split(granted);
        if (asked is null || asked.Except(GrantedScope.Split(granted), StringComparer.Ordinal).Any())
            return AuthError.ScopeInvalid;

        return client.MayAskFor(session.Resource) && (request.Resource is null || request.Resource == session.Resource)
            ? string.Join(' ', asked)
            : AuthError.ResourceInvalid;
    }
}
