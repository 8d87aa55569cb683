using System.Text.Json;
using Btec.Api.Features.Sessions;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Passkeys;

/// <summary>Logs users in by a passkey alone.</summary>
internal sealed partial class PasskeyLoginService(
    BtecDbContext database,
    AuditTrail audit,
    PasskeyAssertions assertions,
    AuthMetrics metrics,
    ILogger<PasskeyLoginService> logger)
{
    /// <summary>Exchanges the use of a passkey for a session. The passkey says who the user is.</summary>
    /// <param name="challengeId">The id of the challenge.</param>
    /// <param name="credential">The credential as the client sent it.</param>
    /// <param name="sessions">The kind of session to start.</param>
    /// <param name="origin">The client that sent the request.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public async Task<PasskeyLoginResult<TSession>> LoginAsync<TSession>(
        Secret challengeId,
        JsonElement credential,
        ISessionStarter<TSession> sessions,
        AuditOrigin origin,
        CancellationToken cancellationToken)
        where TSession : class
    {
        using var activity = AuthMetrics.Activities.StartActivity("login");
        var assertion = await assertions.VerifyAsync(challengeId, credential, userId: null, cancellationToken);

        // The challenge is used up, so the attempt is recorded even if the client has disconnected.
        var result = assertion is PasskeyAssertion.Verified verified
            ? await AdmitAsync(verified, sessions, origin, CancellationToken.None)
            : new PasskeyLoginResult<TSession>.Invalid(assertion is PasskeyAssertion.Unknown);
        var userId = assertion.UserId;
        var outcome = result switch
        {
            PasskeyLoginResult<TSession>.Succeeded => AuditBatch.Success,
            PasskeyLoginResult<TSession>.AccountInactive => AuthError.AccountInactive.Code,
            _ => AuthError.PasskeyInvalid.Code,
        };
        if (outcome != AuditBatch.Success)
            await audit.RecordRefusalAsync(AuditTypes.Login, outcome, userId, actorId: null, origin, CancellationToken.None);

        activity?.SetTag("btec.login.outcome", outcome);
        metrics.CountLogin(outcome);
        LogLogin(outcome, userId);
        return result;
    }

    private async Task<PasskeyLoginResult<TSession>> AdmitAsync<TSession>(
        PasskeyAssertion.Verified assertion,
        ISessionStarter<TSession> sessions,
        AuditOrigin origin,
        CancellationToken cancellationToken)
        where TSession : class
    {
        var proof = new SignInProof(AuthenticationMethods.Passkey(assertion.Passkey.IsBackupEligible), assertion.Passkey.Id);
        var user = assertion.User;
        while (user.IsActive)
        {
            var isTaken = true;
            var session = await sessions.StartAsync(
                user, proof, origin, cancellationToken, async (_, cancel) => isTaken = await assertions.TakeAsync(assertion, cancel));
            if (session is not null)
                return new PasskeyLoginResult<TSession>.Succeeded(session);

            // Either this use does not count, or the user has changed meanwhile; then the current row decides.
            if (!isTaken
                || await database.Users.AsNoTracking().SingleOrDefaultAsync(row => row.Id == user.Id, cancellationToken) is not { } current)
                return new PasskeyLoginResult<TSession>.Invalid(IsUnknown: false);

            user = current;
        }

        return new PasskeyLoginResult<TSession>.AccountInactive();
    }

    [LoggerMessage(LogLevel.Information, "Login with a passkey: {Outcome}, user {UserId}.")]
    private partial void LogLogin(string outcome, int? userId);
}
