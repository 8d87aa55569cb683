using Btec.Api.Platform.Clients;
using Btec.Data.Keys;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Sessions;

/// <summary>The expiry of sessions and refresh tokens.</summary>
internal sealed class SessionLifetimes(IOptions<SessionOptions> sessions, IOptions<JwtOptions> jwt, IOptions<OAuthOptions> oauth)
{
    /// <summary>Returns the expiry of a session, which is that of its longest-lived token.</summary>
    public DateTimeOffset SessionEnd(DateTimeOffset started, DateTimeOffset refreshed)
    {
        var longest = sessions.Value.RefreshIdleLifetime > jwt.Value.AccessTokenLifetime
            ? sessions.Value.RefreshIdleLifetime
            : jwt.Value.AccessTokenLifetime;
        return Earlier(started + sessions.Value.RefreshAbsoluteLifetime, refreshed + longest);
    }

    /// <summary>Returns the expiry of a client's session, which is that of its longest-lived token.</summary>
    public DateTimeOffset ClientSessionEnd(DateTimeOffset started, DateTimeOffset refreshed, bool isRefreshable)
    {
        var accessLifetime = oauth.Value.AccessTokenLifetime;
        var longest = isRefreshable && sessions.Value.RefreshIdleLifetime > accessLifetime
            ? sessions.Value.RefreshIdleLifetime
            : accessLifetime;
        return Earlier(started + sessions.Value.RefreshAbsoluteLifetime, refreshed + longest);
    }

    /// <summary>Returns the expiry of a session that is used without end.</summary>
    public DateTimeOffset LastEnd(DateTimeOffset started) => started + sessions.Value.RefreshAbsoluteLifetime;

    /// <summary>Returns the expiry of a refresh token that is issued now, or of a browser's session that is used now.</summary>
    public DateTimeOffset RefreshEnd(DateTimeOffset started, DateTimeOffset issued) =>
        Earlier(started + sessions.Value.RefreshAbsoluteLifetime, issued + sessions.Value.RefreshIdleLifetime);

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
