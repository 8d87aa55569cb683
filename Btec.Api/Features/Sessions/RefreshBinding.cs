using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Data.Model;

namespace Btec.Api.Features.Sessions;

/// <summary>The binding of refresh tokens to the client that they were issued to, and to what it was granted (RFC 6749 section
/// 6).</summary>
internal sealed class RefreshBinding(ClientAuthentication clients)
{
    /// <summary>Returns why a request may not use the refresh tokens of a session, or <see langword="null"/>. Nothing is used up or ended
    /// for it: whoever is not the client proves nothing by its token.</summary>
    public async Task<AuthError?> FindRefusalAsync(Session session, RefreshAttempt request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(request);
        // The tokens of the API's own routes are bound to no client; whoever has one may name any.
        if (session.ClientId is not { } clientId)
            return null;

        var authenticated = await clients.AuthenticateAsync(request.Client, cancellationToken);
        return authenticated.Match(
            client => client.Id == clientId ? FindRefusal(client, session, request) : AuthError.RefreshTokenInvalid,
            () => AuthError.ClientInvalid,
            _ => AuthError.ClientInvalid,
            () => AuthError.TokenRequestInvalid);
    }

    /// <summary>Returns the scopes of the next access token, which may be fewer than those of the session.</summary>
    public static string? ScopeOf(Session session, RefreshAttempt request) =>
        session.ClientId is null ? null
        : request.Scope is { } scope ? string.Join(' ', GrantedScope.Split(scope).Distinct(StringComparer.Ordinal))
        : session.Scope;

    private static AuthError? FindRefusal(RegisteredClient client, Session session, RefreshAttempt request)
    {
        if (!client.GrantTypes.Contains(GrantTypes.RefreshToken, StringComparer.Ordinal))
            return AuthError.GrantTypeNotAllowed;

        if (request.Scope is { } scope
            && (ScopeSyntax.Parse(scope) is not { } asked || asked.Except(GrantedScope.Split(session.Scope), StringComparer.Ordinal).Any()))
            return AuthError.ScopeInvalid;

        return request.Resource is null || request.Resource == session.Resource ? null : AuthError.ResourceInvalid;
    }
}
