using Btec.Api.Platform.Clients;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.AspNetCore.Http.Features;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The user and the session that the request's token belongs to, as the database has them now. An endpoint that asks
/// for one requires authorization.</summary>
/// <param name="session">The session.</param>
/// <param name="client">The client that the session was started for.</param>
/// <param name="tokenScope">The scopes of the access token, which may be fewer than those of the session.</param>
internal sealed class CurrentUser(ActiveSession session, RegisteredClient? client = null, string? tokenScope = null)
{
    public User User => session.User;

    public Guid SessionId => session.SessionId;

    /// <summary>The user and the session, as the one who changes something.</summary>
    public Actor Actor => new(User.Id, SessionId);

    /// <summary>The time at which the session was last seen before this request, to the minute.</summary>
    public DateTimeOffset LastSeenAt => session.LastSeenAt;

    /// <summary>The time at which the user last proved who they are.</summary>
    public DateTimeOffset AuthTime => session.AuthTime;

    /// <summary>The authentication methods of the session; see <see cref="AuthenticationMethods"/>.</summary>
    public string Amr => session.Amr;

    /// <summary>The client that the session was started for, or <see langword="null"/> for those of the API's own routes and of
    /// browsers.</summary>
    public RegisteredClient? Client => client;

    /// <summary>Returns whether the session and the access token have a scope, and the client may still have it.</summary>
    public bool HasScope(string scope) => client is not null
        && GrantedScope.Has(client.Narrow(session.Scope), scope) && (tokenScope is null || GrantedScope.Has(tokenScope, scope));

    public static ValueTask<CurrentUser?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult<CurrentUser?>(context.Features.GetRequiredFeature<CurrentUser>());
    }
}
