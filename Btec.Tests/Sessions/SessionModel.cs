using Btec.Tests.StepUp;

namespace Btec.Tests.Sessions;

/// <summary>A model of one user's sessions by docs/tokens.md, without HTTP, hashes, rows or races. Tokens are
/// numbers.</summary>
internal sealed class SessionModel(Lifetimes lifetimes)
{
    /// <summary>The clock skew: how long access tokens are accepted after they expire.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(1);

    public bool IsActive { get; set; } = true;

    public List<ModelSession> Sessions { get; } = [];

    public Expected LogIn(DateTimeOffset now)
    {
        if (!IsActive)
            return new Expected("account_inactive");

        var session = new ModelSession(Sessions.Count, now);
        Sessions.Add(session);
        return Issue(session, now);
    }

    public Expected Refresh(ModelSession session, int token, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(session);
        var presented = session.RefreshTokens[token];
        if (session.Ended)
            return Refused("session_ended");

        if (session.Ends <= now)
            return Refused("refresh_token_expired");

        if (presented.UsedAt is { } usedAt)
        {
            var last = token == session.RefreshTokens.Count - 2;
            session.Ended = !last || now - usedAt > lifetimes.Grace;
            return session.Ended ? Refused("refresh_token_reused")
                : IsActive ? GivePair(session, now)
                : Refused("account_inactive");
        }

        if (!IsActive)
            return Refused("account_inactive");

        if (presented.Expires <= now)
            return Refused("refresh_token_expired");

        presented.UsedAt = now;
        return Issue(session, now);

        Expected Refused(string code) => new(code) { MayBeGone = session.Ends + KeptAfterEnd < now };
    }

    public string Call(ModelSession session, int token, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.AccessTokens[token] + Skew <= now ? "token_expired"
            : session.Ended || !IsActive ? "token_invalid"
            : "ok";
    }

    /// <summary>Steps up with an access token of a session. One that is only accepted by the clock skew renews nothing.</summary>
    public Expected StepUp(ModelSession session, int token, DateTimeOffset now)
    {
        var outcome = Call(session, token, now);
        if (outcome != "ok")
            return new Expected(outcome);

        if (session.Ends <= now)
            return new Expected("token_invalid");

        session.ProvedAt = now;
        return new Expected("ok", ExpiresIn: ToSeconds(GiveAccessToken(session, now) - now));
    }

    /// <summary>Logs out with an access token of a session.</summary>
    /// <param name="endsOthers"><see langword="true"/> if the scope is more than the session itself.</param>
    /// <param name="ends">The sessions in the scope of the logout.</param>
    public string LogOut(ModelSession caller, int token, bool endsOthers, Func<ModelSession, bool> ends, DateTimeOffset now)
    {
        var outcome = Call(caller, token, now);
        if (outcome == "ok" && endsOthers && Stored(now) - Stored(caller.ProvedAt) > StepUpMoves.MaxAge)
            return "step_up_required";

        if (outcome == "ok")
            Sessions.Where(ends).ToList().ForEach(session => End(session, now));

        return outcome;
    }

    public static void RevokeByAccessToken(ModelSession session, int token, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.AccessTokens[token] + Skew > now)
            End(session, now);
    }

    /// <summary>Ends a session, unless it has expired: later refusals then say "expired" rather than "ended".</summary>
    public static void End(ModelSession session, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(session);
        session.Ended |= session.Ends + Skew > now;
    }

    public bool IsAlive(ModelSession session, int refreshToken, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(session);
        return IsActive && !session.Ended && session.Ends > now
            && session.RefreshTokens[refreshToken] is { UsedAt: null } unused && unused.Expires > now;
    }

    /// <summary>Returns the times at which something expires.</summary>
    public IReadOnlyList<DateTimeOffset> Deadlines() =>
    [
        .. Sessions.SelectMany(session => session.AccessTokens.TakeLast(2).Select(expires => expires + Skew)),
        .. Sessions.SelectMany(session => session.RefreshTokens.TakeLast(2).Select(token => token.Expires)),
        .. Sessions.SelectMany(session => session.RefreshTokens.Select(token => token.UsedAt).OfType<DateTimeOffset>().TakeLast(1))
            .Select(usedAt => usedAt + lifetimes.Grace),
        .. Sessions.Select(session => session.Ends),
        .. Sessions.Select(session => Stored(session.ProvedAt) + StepUpMoves.MaxAge),
        .. Sessions.Select(session => session.Started + lifetimes.Absolute),
    ];

    private Expected Issue(ModelSession session, DateTimeOffset now)
    {
        var limit = session.Started + lifetimes.Absolute;
        session.RefreshTokens.Add(new ModelRefreshToken(Earlier(limit, now + lifetimes.Idle)));
        session.Ends = Earlier(limit, now + (lifetimes.Idle > lifetimes.Access ? lifetimes.Idle : lifetimes.Access));
        return GivePair(session, now);
    }

    /// <summary>Returns the newest refresh token with a new access token.</summary>
    private Expected GivePair(ModelSession session, DateTimeOffset now)
    {
        var expires = GiveAccessToken(session, now);
        return new Expected(
            "ok", session.RefreshTokens.Count - 1, ToSeconds(expires - now), ToSeconds(session.RefreshTokens[^1].Expires - now));
    }

    /// <summary>Adds an access token, and returns when it expires.</summary>
    private DateTimeOffset GiveAccessToken(ModelSession session, DateTimeOffset now)
    {
        var expires = Earlier(session.Ends, now + lifetimes.Access);
        session.AccessTokens.Add(DateTimeOffset.FromUnixTimeSeconds(expires.ToUnixTimeSeconds()));
        return expires;
    }

    /// <summary>Returns a time as the databases store it.</summary>
    private static DateTimeOffset Stored(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));

    private static long ToSeconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerSecond;

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}

internal sealed class ModelSession(int number, DateTimeOffset started)
{
    public int Number => number;

    public DateTimeOffset Started { get; } = started;

    public DateTimeOffset Ends { get; set; }

    public bool Ended { get; set; }

    /// <summary>The time at which the user last proved who they are.</summary>
    public DateTimeOffset ProvedAt { get; set; } = started;

    public List<ModelRefreshToken> RefreshTokens { get; } = [];

    /// <summary>The expiry of each access token, to the second.</summary>
    public List<DateTimeOffset> AccessTokens { get; } = [];
}

internal sealed class ModelRefreshToken(DateTimeOffset expires)
{
    public DateTimeOffset Expires => expires;

    public DateTimeOffset? UsedAt { get; set; }
}
