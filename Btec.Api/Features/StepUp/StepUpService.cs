using System.Diagnostics;
using Btec.Api.Features.Passkeys;
using Btec.Api.Features.SecondFactors;
using Btec.Api.Features.Sessions;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.RateLimiting;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.StepUp;

/// <summary>Renews the proof of identity of sessions.</summary>
internal sealed partial class StepUpService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    Reauthentication reauthentication,
    SecondFactorCodes codes,
    SecondFactorThrottle throttle,
    WrongCodes wrongCodes,
    PasskeyAssertions assertions,
    StepUpRule rule,
    SessionTokens tokens,
    TimeProvider clock,
    ILogger<StepUpService> logger)
{
    /// <summary>Takes a proof of the caller's identity, and notes in the caller's session when and how it was given. If the session has
    /// ended meanwhile, the refusal is <see cref="AuthError.TokenInvalid"/>.</summary>
    public async Task<StepUpResult> ProveAsync(
        User caller, Guid sessionId, StepUpProof proof, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (proof is StepUpProof.Password { Value: var password })
            return await EndAsync(await ProvePasswordAsync(caller, sessionId, password, origin, cancellationToken), caller.Id, origin);

        // A passkey cannot be guessed, so that its faults cost no turns of codes.
        if (proof is StepUpProof.Passkey passkey)
            return await EndAsync(await ProvePasskeyAsync(caller.Id, sessionId, passkey, origin, cancellationToken), caller.Id, origin);

        // Nor can a recovery code.
        if (proof is StepUpProof.RecoveryCode)
            return await EndAsync(await ProveCodeAsync(caller.Id, sessionId, proof, origin), caller.Id, origin);

        var lease = await throttle.CountAheadAsync(caller.Id, sessionId);
        if (!lease.IsGranted)
        {
            await RecordAsync(AuthError.RateLimited, caller.Id, origin);
            return new StepUpResult.Held(lease);
        }

        var isWrong = false;
        try
        {
            var proved = await ProveCodeAsync(caller.Id, sessionId, proof, origin);
            isWrong = proved.Error == AuthError.CodeWrong;
            return await EndAsync(proved, caller.Id, origin);
        }
        finally
        {
            if (!isWrong)
                await throttle.GiveBackAsync(lease);
        }
    }

    private async Task<StepUpResult> EndAsync(Result<Session> proved, int userId, AuditOrigin origin)
    {
        if (!proved.IsSuccess)
        {
            // A wrong code was recorded where it was tried.
            if (proved.Error != AuthError.CodeWrong)
                await RecordAsync(proved.Error, userId, origin);

            return new StepUpResult.Refused(proved.Error);
        }

        var session = proved.Value;
        LogSteppedUp(session.Id, userId, session.Amr);
        var granted = await tokens.IssueAsync(
            session.User!, session, session.Scope, nonce: null, refreshToken: null, CancellationToken.None);
        return new StepUpResult.Proved(granted.AccessToken);
    }

    private Task RecordAsync(AuthError refusal, int userId, AuditOrigin origin) =>
        audit.RecordRefusalAsync(AuditTypes.SessionSteppedUp, refusal.Code, userId, origin, CancellationToken.None);

    private async Task<Result<Session>> ProvePasswordAsync(
        User caller, Guid sessionId, Secret password, AuditOrigin origin, CancellationToken cancellationToken)
    {
        Result<Session> proved = AuthError.PasswordWrong;
        await reauthentication.RequireAsync(
            caller,
            origin.Address,
            password,
            async hash =>
            {
                proved = await ChangeAsync(
                    caller.Id,
                    sessionId,
                    (session, _, _) => Task.FromResult(
                        session.User!.HashedPassword == hash ? AfterPassword(session) : (Result<Authentication>)AuthError.PasswordWrong),
                    origin);
                return proved.IsSuccess ? Result.Success : proved.Error;
            },
            cancellationToken);
        return proved;
    }

    /// <summary>Takes a passkey of the caller. It replaces the methods of the session; the previous ones do not count.</summary>
    private async Task<Result<Session>> ProvePasskeyAsync(
        int userId, Guid sessionId, StepUpProof.Passkey passkey, AuditOrigin origin, CancellationToken cancellationToken) =>
        await assertions.VerifyAsync(passkey.ChallengeId, passkey.Credential, userId, cancellationToken) is PasskeyAssertion.Verified used
            ? await ChangeAsync(
                userId,
                sessionId,
                async (_, _, cancel) => await assertions.TakeAsync(used, cancel)
                    ? new Authentication(
                        clock.GetStoredNow(), AuthenticationMethods.Passkey(used.Passkey.IsBackupEligible), used.Passkey.Id)
                    : AuthError.PasskeyInvalid,
                origin)
            : AuthError.PasskeyInvalid;

    /// <summary>Takes a code, even if the client has disconnected, so that no attempt goes unrecorded.</summary>
    private Task<Result<Session>> ProveCodeAsync(int userId, Guid sessionId, StepUpProof proof, AuditOrigin origin) => ChangeAsync(
        userId,
        sessionId,
        async (session, batch, cancel) =>
        {
            if (await TakeAsync(session.User!, proof, origin, batch, cancel))
                return new Authentication(clock.GetStoredNow(), AuthenticationMethods.WithCode(session.Amr));

            await wrongCodes.RecordAsync(AuditTypes.SessionSteppedUp, session.User!, origin, batch, cancel);
            return AuthError.CodeWrong;
        },
        origin);

    private Task<bool> TakeAsync(
        User user, StepUpProof proof, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken) => proof switch
        {
            StepUpProof.Code { Value: var code } => codes.TakeTotpAsync(user.Id, code.Reveal(), cancellationToken),
            StepUpProof.RecoveryCode { Value: var code } =>
                codes.TakeRecoveryCodeAsync(user, code.Reveal(), origin, batch, cancellationToken),
            _ => throw new UnreachableException(),
        };

    /// <summary>Returns what a password makes of a session. The code of an earlier login must not become fresh with it, so a password
    /// alone never is two factors.</summary>
    private Authentication AfterPassword(Session session)
    {
        var current = new Authentication(session.AuthTime ?? session.CreatedAt, session.Amr);
        return session.User!.HasSecondFactor && rule.IsMetBy(session.User, current.Time, current.Amr)
            ? current
            : new Authentication(clock.GetStoredNow(), AuthenticationMethods.Password);
    }

    /// <summary>Checks a proof and writes it to a session that is alive, in one transaction in which the user is locked.</summary>
    private Task<Result<Session>> ChangeAsync(
        int userId,
        Guid sessionId,
        Func<Session, AuditBatch, CancellationToken, Task<Result<Authentication>>> prove,
        AuditOrigin origin) =>
        audit.CommitAsync<Result<Session>>(
            async (batch, cancel) =>
            {
                await locks.TakeForLoginAsync(userId, cancel);
                var alive = database.Sessions
                    .Where(session => session.Id == sessionId && session.UserId == userId && session.User!.IsActive)
                    .Living(clock.GetStoredNow());
                if (await alive.AsNoTracking().Include(session => session.User).SingleOrDefaultAsync(cancel) is not { } session)
                    return AuthError.TokenInvalid;

                var proved = await prove(session, batch, cancel);
                if (!proved.IsSuccess)
                    return proved.Error;

                (session.AuthTime, session.Amr) = (proved.Value.Time, proved.Value.Amr);
                var changed = await alive.ExecuteUpdateAsync(
                    row => row.SetProperty(stored => stored.AuthTime, session.AuthTime).SetProperty(stored => stored.Amr, session.Amr)
                        .SetProperty(stored => stored.PasskeyId, stored => stored.PasskeyId ?? proved.Value.PasskeyId),
                    cancel);
                if (changed == 0)
                    return AuthError.TokenInvalid;

                batch.Record(
                    AuditTypes.SessionSteppedUp, userId, userId, origin, sessionId,
                    details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["amr"] = session.Amr });
                return session;
            },
            CancellationToken.None);

    [LoggerMessage(LogLevel.Information, "Session {SessionId} of user {UserId} stepped up: {Amr}.")]
    private partial void LogSteppedUp(Guid sessionId, int userId, string amr);

    /// <summary>The time and the methods of an authentication, and the passkey that was used.</summary>
    private sealed record Authentication(DateTimeOffset Time, string Amr, Guid? PasskeyId = null);
}
