using Btec.Data.Model;

namespace Btec.Data.Accounts;

/// <summary>The definition of a living session. <see cref="CurrentUserQuery"/> repeats it, together with the user.</summary>
public static class LivingSessions
{
    /// <summary>Filters sessions by those that have neither been ended nor expired.</summary>
    /// <param name="expiredBefore">The time up to which a session counts as expired.</param>
    public static IQueryable<Session> Living(this IQueryable<Session> sessions, DateTimeOffset expiredBefore) => sessions.Where(session =>
        session.RevokedAt == null && session.Epoch == session.User!.SessionEpoch && session.ExpiresAt > expiredBefore);

    /// <summary>Filters the clients' sessions that end with the session of the browser in which they began: those without the scope
    /// <c>offline_access</c>.</summary>
    public static IQueryable<Session> EndingWithBrowser(this IQueryable<Session> sessions) => sessions.Where(session =>
        session.BrowserSessionId != null && !(" " + session.Scope + " ").Contains(" offline_access "));

    /// <summary>Returns whether a session that was loaded with its user has been ended.</summary>
    public static bool HasEnded(this Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.RevokedAt is not null || session.Epoch != session.User!.SessionEpoch;
    }
}
