using Btec.Api.Features.Sessions;
using Btec.Api.Platform.BearerTokens;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.BrowserSessions;

/// <summary>Starts the sessions of browsers, which a cookie names.</summary>
internal sealed partial class BrowserSessionService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    SessionRevocation revocation,
    SessionAdmission admission,
    SessionLifetimes lifetimes,
    TimeProvider clock,
    ILogger<BrowserSessionService> logger)
{
    /// <summary>The client of logins that wait for their second factor, so that one that was begun in a browser gives no tokens.</summary>
    private const string ClientId = "btec-browser";

    /// <summary>Returns what starts the session of a login in a browser. A session of the same user is kept and proved anew; one of
    /// another user ends. The cookie gets a new value either way, so that no value that was there before is signed in (session
    /// fixation).</summary>
    /// <param name="cookie">The cookie that the browser has.</param>
    public ISessionStarter<NewBrowserSession> StartIn(BrowserCookie cookie)
    {
        ArgumentNullException.ThrowIfNull(cookie);
        return new Starter(this, cookie.FindHash());
    }

    private async Task<NewBrowserSession?> StartAsync(
        byte[]? presented,
        User user,
        SignInProof proof,
        AuditOrigin origin,
        Func<AuditBatch, CancellationToken, Task<bool>>? prove,
        CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        var id = Guid.CreateVersion7(now);
        var value = RandomSecret.Create();
        var signIn = new BrowserSignInProof(RandomSecret.FindHash(value)!, proof, now);
        var session = await audit.CommitAsync<Session?>(
            async (batch, cancel) =>
            {
                var current = await locks.TakeForLoginAsync(user.Id, cancel);
                if (!SessionService.CanStart(user, current) || (prove is not null && !await prove(batch, cancel)))
                    return null;

                var before = presented is null ? null : await FindAsync(presented, cancel);
                var started = before?.UserId == user.Id && await RenewAsync(before, presented!, signIn, cancel) ? before : null;
                if (before is not null && before.UserId != user.Id)
                    await EndAsync(before, batch, origin, cancel);

                if (started is null)
                {
                    started = Create(id, user.Id, await admission.MakeRoomAsync(current, clientId: null, batch, origin, cancel), signIn, origin);
                    database.Sessions.Add(started);
                }

                batch.Record(AuditTypes.Login, user.Id, user.Id, origin, started.Id);
                return started;
            },
            cancellationToken);
        if (session is null)
            return null;

        LogSignedIn(session.Id, session.UserId);
        return new NewBrowserSession(new Secret(value), lifetimes.LastEnd(session.CreatedAt) - now);
    }

    private Task<Session?> FindAsync(byte[] hash, CancellationToken cancellationToken) => database.Sessions.AsNoTracking()
        .Where(session => session.BrowserHash == hash).Living(clock.GetStoredNow()).FirstOrDefaultAsync(cancellationToken);

    /// <summary>Notes in a session that its user has proved again who they are.</summary>
    /// <returns><see langword="true"/> unless the session has ended meanwhile, or has another cookie.</returns>
    private async Task<bool> RenewAsync(Session session, byte[] presented, BrowserSignInProof signIn, CancellationToken cancellationToken)
    {
        session.ExpiresAt = lifetimes.RefreshEnd(session.CreatedAt, signIn.Time);
        return await database.Sessions
            .Where(row => row.Id == session.Id && row.BrowserHash == presented && row.RevokedAt == null)
            .ExecuteUpdateAsync(
                row => row.SetProperty(changed => changed.BrowserHash, signIn.CookieHash)
                    .SetProperty(changed => changed.AuthTime, signIn.Time)
                    .SetProperty(changed => changed.Amr, signIn.Proof.Amr)
                    .SetProperty(changed => changed.PasskeyId, changed => changed.PasskeyId ?? signIn.Proof.PasskeyId)
                    .SetProperty(changed => changed.ExpiresAt, session.ExpiresAt),
                cancellationToken) == 1;
    }

    private async Task EndAsync(Session session, AuditBatch batch, AuditOrigin origin, CancellationToken cancellationToken)
    {
        if (!await revocation.EndAsync(session.UserId, session.Id, cancellationToken))
            return;

        batch.Record(
            AuditTypes.SessionEnded, session.UserId, actorId: null, origin, session.Id,
            details: new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["reason"] = "another user signed in in the browser",
                ["sessions"] = 1,
            });
    }

    private Session Create(Guid id, int userId, int epoch, BrowserSignInProof signIn, AuditOrigin origin) => new()
    {
        Id = id,
        UserId = userId,
        UserAgent = origin.UserAgent,
        Address = origin.Address,
        CreatedAt = signIn.Time,
        LastSeenAt = LastSeenWriter.ToMinute(signIn.Time),
        ExpiresAt = lifetimes.RefreshEnd(signIn.Time, signIn.Time),
        Epoch = epoch,
        AuthTime = signIn.Time,
        Amr = signIn.Proof.Amr,
        PasskeyId = signIn.Proof.PasskeyId,
        BrowserHash = signIn.CookieHash,
    };

    [LoggerMessage(LogLevel.Information, "Signed in in the browser session {SessionId} of user {UserId}.")]
    private partial void LogSignedIn(Guid sessionId, int userId);

    /// <summary>The proof of a login in a browser, and the hash of the cookie that it gets.</summary>
    private sealed record BrowserSignInProof(byte[] CookieHash, SignInProof Proof, DateTimeOffset Time);

    private sealed class Starter(BrowserSessionService sessions, byte[]? presented) : ISessionStarter<NewBrowserSession>
    {
        public string ClientId => BrowserSessionService.ClientId;

        public Task<NewBrowserSession?> StartAsync(
            User user,
            SignInProof proof,
            AuditOrigin origin,
            CancellationToken cancellationToken,
            Func<AuditBatch, CancellationToken, Task<bool>>? prove = null) =>
            sessions.StartAsync(presented, user, proof, origin, prove, cancellationToken);
    }
}
