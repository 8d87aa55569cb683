using Btec.Data.Model;
using Microsoft.AspNetCore.Http.Features;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The user and the session that the request's token belongs to, as the database has them now. An endpoint that asks
/// for one requires authorization.</summary>
internal sealed class CurrentUser(User user, Guid sessionId, DateTimeOffset lastSeenAt)
{
    public User User => user;

    public Guid SessionId => sessionId;

    /// <summary>The time at which the session was last seen before this request, to the minute.</summary>
    public DateTimeOffset LastSeenAt => lastSeenAt;

    public static ValueTask<CurrentUser?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult<CurrentUser?>(context.Features.GetRequiredFeature<CurrentUser>());
    }
}
