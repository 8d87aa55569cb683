using System.Globalization;
using Btec.Api.Platform.RateLimiting;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The limits of routes that require an access token.</summary>
internal static class CallerLimit
{
    /// <summary>Limits a route per address, before the token is read, and per user. The handler must ask for the
    /// <see cref="CurrentUser"/>.</summary>
    public static RouteHandlerBuilder LimitCaller(this RouteHandlerBuilder builder, RatePolicy policy) =>
        builder.LimitRate<CurrentUser>(policy, caller => caller.User.Id.ToString(CultureInfo.InvariantCulture));
}
