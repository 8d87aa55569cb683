using Btec.Api.Features.Login;
using Btec.Api.Features.OAuth;
using Btec.Api.Features.Sessions;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>Logs users in who have signed in at a provider.</summary>
internal sealed partial class ExternalLoginService(
    BtecDbContext database,
    AuditTrail audit,
    ExternalProofs proofs,
    EnrollmentService enrollment,
    PendingLoginService pendingLogins,
    AuthMetrics metrics,
    TimeProvider clock,
    ILogger<ExternalLoginService> logger)
{
    /// <summary>Exchanges a one-time code for a session, or for a pending login if the user has a second factor.</summary>
    /// <param name="code">The code.</param>
    /// <param name="verifier">The code verifier of the client that began the login.</param>
    /// <param name="sessions">The kind of session to start.</param>
    /// <param name="origin">The client that sent the request.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public async Task<ExternalLoginResult<TSession>> LoginAsync<TSession>(
        Secret code, Secret verifier, ISessionStarter<TSession> sessions, AuditOrigin origin, CancellationToken cancellationToken)
        where TSession : class
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(verifier);
        using var activity = AuthMetrics.Activities.StartActivity("login");
        var proof = await proofs.TakeCodeAsync(code.Reveal(), CodeVerifier.ChallengeOf(verifier.Reveal()), cancellationToken);

        // The code is used up, so the attempt is recorded even if the client has disconnected.
        var result = proof is not null
            ? await AdmitAsync(proof, sessions, origin, CancellationToken.None)
            : await RefuseAsync<TSession>(AuthError.ExternalCodeInvalid, userId: null, origin, CancellationToken.None);
        var outcome = result is ExternalLoginResult<TSession>.Decided { Result: var decided } ? decided.Outcome : AuthError.LinkRequired.Code;
        activity?.SetTag("btec.login.outcome", outcome);
        metrics.CountLogin(outcome);
        LogLogin(outcome, proof?.Provider);
        return result;
    }

    private async Task<ExternalLoginResult<TSession>> AdmitAsync<TSession>(
        ExternalProof proof, ISessionStarter<TSession> sessions, AuditOrigin origin, CancellationToken cancellationToken)
        where TSession : class
    {
        while (true)
        {
            if (await FindAsync(proof, cancellationToken) is { User: { } user } identity)
            {
                if (!user.IsActive)
                    return await RefuseAsync<TSession>(AuthError.AccountInactive, user.Id, origin, cancellationToken);

                if (await StartAsync(identity, user, sessions, origin, cancellationToken) is { } started)
                    return new ExternalLoginResult<TSession>.Decided(started);

                // The user or the login has changed meanwhile, so the current rows decide.
                continue;
            }

            switch (await enrollment.DecideAsync(proof, origin, cancellationToken))
            {
                case Enrollment.LinkRequired required:
                    return new ExternalLoginResult<TSession>.LinkRequired(
                        required.Token, (int)ExternalProofs.LinkLifetime.TotalSeconds);
                case Enrollment.Refused refused:
                    return new ExternalLoginResult<TSession>.Decided(new LoginResult<TSession>.Refused(refused.Error));
            }
        }
    }

    private Task<ExternalIdentity?> FindAsync(ExternalProof proof, CancellationToken cancellationToken) =>
        database.ExternalIdentities.AsNoTracking().Include(identity => identity.User)
            .SingleOrDefaultAsync(identity => identity.Issuer == proof.Issuer && identity.Subject == proof.Subject, cancellationToken);

    private async Task<LoginResult<TSession>?> StartAsync<TSession>(
        ExternalIdentity identity, User user, ISessionStarter<TSession> sessions, AuditOrigin origin, CancellationToken cancellationToken)
        where TSession : class
    {
        if (user.HasSecondFactor)
        {
            return await pendingLogins.BeginAsync(
                user, sessions, origin, cancellationToken, AuthenticationMethods.Federated, cancel => UseAsync(identity, cancel));
        }

        var session = await sessions.StartAsync(
            user, new SignInProof(AuthenticationMethods.Federated), origin, cancellationToken, (_, cancel) => UseAsync(identity, cancel));
        return session is not null ? new LoginResult<TSession>.Succeeded(session) : null;
    }

    /// <summary>Notes that a login is used, in the transaction that lets its user in.</summary>
    /// <returns><see langword="true"/> if the user still has it.</returns>
    private async Task<bool> UseAsync(ExternalIdentity identity, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return await database.ExternalIdentities.Where(row => row.Id == identity.Id && row.UserId == identity.UserId)
            .ExecuteUpdateAsync(row => row.SetProperty(used => used.LastUsedAt, now), cancellationToken) == 1;
    }

    private async Task<ExternalLoginResult<TSession>> RefuseAsync<TSession>(
        AuthError error, int? userId, AuditOrigin origin, CancellationToken cancellationToken)
        where TSession : class
    {
        await audit.RecordRefusalAsync(AuditTypes.Login, error.Code, userId, actorId: null, origin, cancellationToken);
        return new ExternalLoginResult<TSession>.Decided(new LoginResult<TSession>.Refused(error));
    }

    [LoggerMessage(LogLevel.Information, "Login by the provider {Provider}: {Outcome}.")]
    private partial void LogLogin(string outcome, string? provider);
}
