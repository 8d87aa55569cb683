using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.AspNetCore.Http.Features;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The user and the session that the request's token belongs to, as the database has them now. An endpoint that asks
/// for one requires authorization.</summary>
internal sealed class CurrentUser(ActiveSession session)
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

    /// <summary>The client that the session was started for, or <see langword="null"/>.</summary>
    public string? ClientId => session.ClientId;

    /// <summary>The scopes that the client was granted, separated by spaces.</summary>
    public string? Scope => session.Scope;

    public static ValueTask<CurrentUser?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult<CurrentUser?>(context.Features.GetRequiredFeature<CurrentUser>());
    }
}
