using System.Diagnostics;
using Btec.Api.Features.Passkeys;
using Btec.Api.Features.SecondFactors;
using Btec.Api.Features.Sessions;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.RateLimiting;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;

namespace Btec.Api.Features.Login;

/// <summary>Starts the sessions of users whose password was right, and who prove their second factor.</summary>
internal sealed class SecondFactorLogin(
    PendingLogins pendingLogins,
    SecondFactorCodes codes,
    PasskeyAssertions assertions,
    SecondFactorThrottle throttle,
    WrongCodes wrongCodes)
{
    /// <summary>Tries a proof, and starts a session if it is right. The transaction that starts the session uses up the code and the
    /// pending login: if it fails, neither is used.</summary>
    /// <param name="user">The user as they were when the password was found right.</param>
    /// <param name="proof">The proof.</param>
    /// <param name="pending">The pending login, or <see langword="null"/> if the password came with the proof.</param>
    /// <param name="sessions">The kind of session to start.</param>
    /// <param name="origin">The client that sent the request.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The result, or <see langword="null"/> if the user has changed meanwhile, so that the proof was not tried. The caller must
    /// then look at the user again.</returns>
    public async Task<LoginResult<TSession>?> StartAsync<TSession>(
        User user,
        SecondFactorProof proof,
        PendingLogin? pending,
        ISessionStarter<TSession> sessions,
        AuditOrigin origin,
        CancellationToken cancellationToken)
        where TSession : class
    {
        ArgumentNullException.ThrowIfNull(user);
        // A passkey cannot be guessed, so that its faults cost no turns of codes.
        if (proof is SecondFactorProof.Passkey passkey)
            return await StartByPasskeyAsync(user, passkey, pending, sessions, origin, cancellationToken);

        // Nor can a recovery code. Whoever uses up the turns of codes must not keep out the owner, who may have one.
        if (proof is SecondFactorProof.RecoveryCode)
            return (await StartByCodeAsync(user, proof, pending, sessions, origin, cancellationToken)).Result;

        var lease = await throttle.CountAheadAsync(user.Id);
        if (!lease.IsGranted)
            return new LoginResult<TSession>.TooManyCodes(lease);

        var isWrong = false;
        try
        {
            (var result, isWrong) = await StartByCodeAsync(user, proof, pending, sessions, origin, cancellationToken);
            return result;
        }
        finally
        {
            // After an exception the transaction was rolled back, and the answer does not say whether the code is right.
            if (!isWrong)
                await throttle.GiveBackAsync(lease);
        }
    }

    private async Task<(LoginResult<TSession>? Result, bool IsWrong)> StartByCodeAsync<TSession>(
        User user,
        SecondFactorProof proof,
        PendingLogin? pending,
        ISessionStarter<TSession> sessions,
        AuditOrigin origin,
        CancellationToken cancellationToken)
        where TSession : class
    {
        AuthError? refusal = null;
        var session = await sessions.StartAsync(
            user,
            new SignInProof(AuthenticationMethods.WithCode(FirstFactorOf(pending))),
            origin,
            cancellationToken,
            async (batch, cancel) =>
            {
                refusal = await ProveAsync(user, proof, pending, origin, batch, cancel);
                return refusal is null;
            });
        LoginResult<TSession>? result = session is not null ? new LoginResult<TSession>.Succeeded(session)
            : refusal is not null ? new LoginResult<TSession>.Refused(refusal)
            : null;
        return (result, refusal == AuthError.CodeWrong);
    }

    private async Task<LoginResult<TSession>?> StartByPasskeyAsync<TSession>(
        User user,
        SecondFactorProof.Passkey proof,
        PendingLogin? pending,
        ISessionStarter<TSession> sessions,
        AuditOrigin origin,
        CancellationToken cancellationToken)
        where TSession : class
    {
        var used = await assertions.VerifyAsync(proof.ChallengeId, proof.Credential, user.Id, cancellationToken)
            as PasskeyAssertion.Verified;
        var amr = AuthenticationMethods.Union(
            FirstFactorOf(pending), AuthenticationMethods.Passkey(used?.Passkey.IsBackupEligible ?? false));
        AuthError? refusal = null;
        var session = await sessions.StartAsync(
            user,
            new SignInProof(amr, used?.Passkey.Id),
            origin,
            cancellationToken,
            async (batch, cancel) =>
            {
                refusal = used is null || !await assertions.TakeAsync(used, cancel) ? AuthError.PasskeyInvalid
                    : pending is not null && !await pendingLogins.TakeAsync(pending, cancel) ? AuthError.MfaTokenInvalid
                    : null;
                if (refusal is not null)
                    batch.Record(AuditTypes.Login, user.Id, actorId: null, origin, outcome: refusal.Code);

                return refusal is null;
            });
        return session is not null ? new LoginResult<TSession>.Succeeded(session)
            : refusal is not null || used is null ? new LoginResult<TSession>.Refused(refusal ?? AuthError.PasskeyInvalid)
            : null;
    }

    private static string FirstFactorOf(PendingLogin? pending) => pending?.Amr ?? AuthenticationMethods.Password;

    /// <summary>Returns why a proof is refused, or <see langword="null"/> if it is right.</summary>
    private async Task<AuthError?> ProveAsync(
        User user, SecondFactorProof proof, PendingLogin? pending, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        if (pending is not null && !await pendingLogins.CountAttemptAsync(pending, cancellationToken))
        {
            batch.Record(AuditTypes.Login, user.Id, actorId: null, origin, outcome: AuthError.MfaTokenInvalid.Code);
            return AuthError.MfaTokenInvalid;
        }

        if (!await TakeAsync(user, proof, origin, batch, cancellationToken))
        {
            await wrongCodes.RecordAsync(AuditTypes.Login, user, origin, batch, cancellationToken);
            return AuthError.CodeWrong;
        }

        if (pending is not null)
            await pendingLogins.TakeAsync(pending, cancellationToken);

        return null;
    }

    private Task<bool> TakeAsync(
        User user, SecondFactorProof proof, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken) => proof switch
        {
            SecondFactorProof.Totp totp => codes.TakeTotpAsync(user.Id, totp.Code.Reveal(), cancellationToken),
            SecondFactorProof.RecoveryCode recovery =>
                codes.TakeRecoveryCodeAsync(user, recovery.Code.Reveal(), origin, batch, cancellationToken),
            _ => throw new UnreachableException(),
        };
}
