using Btec.Api.Features.SecondFactors;
using Btec.Api.Features.Sessions;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Login;

/// <summary>Logs users in by two steps: the password begins a pending login, and a second factor completes it.</summary>
internal sealed partial class PendingLoginService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    PendingLogins pendingLogins,
    SecondFactorLogin secondFactors,
    LoginThrottle throttle,
    AuthMetrics metrics,
    ILogger<PendingLoginService> logger)
{
    /// <summary>Begins the login of a user whose first factor was right.</summary>
    /// <param name="user">The user as they were when the password was found right.</param>
    /// <param name="sessions">The kind of session that the login is to start.</param>
    /// <param name="origin">The client that sent the request.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <param name="amr">The first factor; see <see cref="AuthenticationMethods"/>.</param>
    /// <param name="prove">A check of the first factor in the transaction, after the user is locked. It may run again.</param>
    /// <returns>The result, or <see langword="null"/> if the user has been deleted or deactivated or has another password, address or second
    /// factor meanwhile. The caller must then authenticate the user again.</returns>
    public Task<LoginResult<TSession>.SecondFactorRequired?> BeginAsync<TSession>(
        User user,
        ISessionStarter<TSession> sessions,
        AuditOrigin origin,
        CancellationToken cancellationToken,
        string amr = AuthenticationMethods.Password,
        Func<CancellationToken, Task<bool>>? prove = null)
        where TSession : class
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(sessions);
        return audit.CommitAsync<LoginResult<TSession>.SecondFactorRequired?>(
            async (batch, cancel) =>
            {
                if (!SessionService.CanStart(user, await locks.TakeForLoginAsync(user.Id, cancel))
                    || (prove is not null && !await prove(cancel)))
                    return null;

                var methods = await FindMethodsAsync(user.Id, cancel);
                var token = await pendingLogins.IssueAsync(user.Id, sessions.ClientId, amr, cancel);
                batch.Record(AuditTypes.Login, user.Id, actorId: null, origin, outcome: AuthError.MfaRequired.Code);
                return new LoginResult<TSession>.SecondFactorRequired(new Secret(token), methods, (int)PendingLogins.Lifetime.TotalSeconds);
            },
            cancellationToken);
    }

    /// <summary>Completes a pending login by a second factor.</summary>
    public async Task<LoginResult<TSession>> CompleteAsync<TSession>(
        Secret token,
        SecondFactorProof proof,
        ISessionStarter<TSession> sessions,
        AuditOrigin origin,
        CancellationToken cancellationToken)
        where TSession : class
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(origin);
        using var activity = AuthMetrics.Activities.StartActivity("login second factor");
        var (result, userId) = await TryCompleteAsync(token, proof, sessions, origin, cancellationToken);
        activity?.SetTag("btec.login.outcome", result.Outcome);
        metrics.CountLogin(result.Outcome);
        LogCompleted(result.Outcome, userId);
        return result;
    }

    private async Task<(LoginResult<TSession> Result, int? UserId)> TryCompleteAsync<TSession>(
        Secret token,
        SecondFactorProof proof,
        ISessionStarter<TSession> sessions,
        AuditOrigin origin,
        CancellationToken cancellationToken)
        where TSession : class
    {
        while (await pendingLogins.FindAsync(token.Reveal(), sessions.ClientId, cancellationToken) is { User: { } user } pending)
        {
            if (!user.IsActive)
                return (await RefuseAsync<TSession>(AuthError.AccountInactive, user.Id, origin, cancellationToken), user.Id);

            // A code is tried, so the attempt is recorded even if the client disconnects.
            if (await secondFactors.StartAsync(user, proof, pending, sessions, origin, CancellationToken.None) is { } result)
            {
                if (result is LoginResult<TSession>.Succeeded)
                    await throttle.ForgetAsync(user.Email, origin.Address);

                return (result, user.Id);
            }

            // The user has changed since they were read, so the current row decides.
        }

        return (await RefuseAsync<TSession>(AuthError.MfaTokenInvalid, userId: null, origin, cancellationToken), null);
    }

    private async Task<LoginResult<TSession>> RefuseAsync<TSession>(
        AuthError error, int? userId, AuditOrigin origin, CancellationToken cancellationToken)
        where TSession : class
    {
        await audit.RecordRefusalAsync(AuditTypes.Login, error.Code, userId, actorId: null, origin, cancellationToken);
        return new LoginResult<TSession>.Refused(error);
    }

    private async Task<IReadOnlyList<string>> FindMethodsAsync(int userId, CancellationToken cancellationToken)
    {
        var has = await database.Users.Where(user => user.Id == userId)
            .Select(user => new
            {
                Totp = database.TotpFactors.Any(factor => factor.UserId == user.Id && factor.ConfirmedAt != null),
                RecoveryCode = database.RecoveryCodes.Any(code => code.UserId == user.Id),
                Passkey = database.Passkeys.Any(passkey => passkey.UserId == user.Id),
            })
            .SingleAsync(cancellationToken);
        return
        [
            .. has.Totp ? ["totp"] : Array.Empty<string>(),
            .. has.RecoveryCode ? ["recovery_code"] : Array.Empty<string>(),
            .. has.Passkey ? ["passkey"] : Array.Empty<string>(),
        ];
    }

    [LoggerMessage(LogLevel.Information, "Second factor of a login: {Outcome}, user {UserId}.")]
    private partial void LogCompleted(string outcome, int? userId);
}
