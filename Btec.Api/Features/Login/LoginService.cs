using Btec.Api.Features.SecondFactors;
using Btec.Api.Features.Sessions;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Login;

/// <summary>Logs users in by e-mail address and password.</summary>
internal sealed partial class LoginService(
    BtecDbContext database,
    AuditTrail audit,
    PasswordHasher hasher,
    PasswordRehash rehash,
    LoginThrottle throttle,
    AccountLeases account,
    KnownNetworks networks,
    PendingLoginService pendingLogins,
    SecondFactorLogin secondFactors,
    AuthMetrics metrics,
    ILogger<LoginService> logger)
{
    /// <summary>Exchanges an e-mail address and a password for a session, or for a pending login if the user has a second factor. An
    /// unknown address, a wrong password and a throttled attempt cost the same work.</summary>
    /// <param name="code">The code of an authenticator, which completes the login of a user with a second factor at once. It is tried only
    /// after the right password.</param>
    /// <param name="sessions">The kind of session to start.</param>
    public async Task<LoginResult<TSession>> LoginAsync<TSession>(
        string email,
        Secret password,
        Secret? code,
        ISessionStarter<TSession> sessions,
        AuditOrigin origin,
        CancellationToken cancellationToken)
        where TSession : class
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(origin);
        using var activity = AuthMetrics.Activities.StartActivity("login");
        var (user, isKnown) = await FindUserAsync(email, origin, cancellationToken);
        var lease = await throttle.CountAheadAsync(email, origin.Address, isKnown);
        var isVerified = await VerifyAsync(email, password, user, isKnown, lease, origin, cancellationToken);

        // The password has been tried, so the attempt is recorded even if the client has disconnected.
        var result = isVerified
            ? await AdmitAsync(email, password, code, user!, isKnown, lease, sessions, origin, CancellationToken.None)
            : await RefuseAsync<TSession>(AuthError.InvalidCredentials, user, origin, CancellationToken.None);
        if (result is LoginResult<TSession>.Succeeded)
            await throttle.ForgetAsync(email, origin.Address);
        else if (result is not LoginResult<TSession>.Refused { Error: var error } || error != AuthError.InvalidCredentials)
            await throttle.GiveBackAsync(email, origin.Address, isKnown, lease);

        activity?.SetTag("btec.login.outcome", result.Outcome);
        metrics.CountLogin(result.Outcome);
        LogLogin(result.Outcome, user?.Id);
        return result;
    }

    /// <summary>Finds the user, and whether they are known in the network.</summary>
    private async Task<(User? User, bool IsKnown)> FindUserAsync(string email, AuditOrigin origin, CancellationToken cancellationToken)
    {
        try
        {
            return EmailAddress.FindFault(email) is null
                ? await networks.FindUserAsync(EmailAddress.Normalize(email), origin.Address, cancellationToken)
                : (null, false);
        }
        catch
        {
            // While the database is unavailable, no password is tried.
            await account.ReleaseAsync();
            throw;
        }
    }

    /// <summary>Returns whether the password is right. A throttled attempt costs the same work but does not try the
    /// password.</summary>
    private async Task<bool> VerifyAsync(
        string email,
        Secret password,
        User? user,
        bool isKnown,
        FailureLease lease,
        AuditOrigin origin,
        CancellationToken cancellationToken)
    {
        try
        {
            var client = new HashingClient(ClientNetwork.NetworkOf(origin.Address), isKnown);
            return await hasher.VerifyAsync(password, lease.IsGranted ? user?.HashedPassword : null, client, cancellationToken);
        }
        catch (Exception exception) when (exception is BusyException or OperationCanceledException)
        {
            // No hash was computed.
            await throttle.GiveBackAsync(email, origin.Address, isKnown, lease);
            throw;
        }
    }

    /// <summary>Admits a user whose password was right. If that fails, as while the database is unavailable, the attempt does not count
    /// as a failure.</summary>
    private async Task<LoginResult<TSession>> AdmitAsync<TSession>(
        string email,
        Secret password,
        Secret? code,
        User user,
        bool isKnown,
        FailureLease lease,
        ISessionStarter<TSession> sessions,
        AuditOrigin origin,
        CancellationToken cancellationToken)
        where TSession : class
    {
        try
        {
            return await AdmitAsync(user, password, code, isKnown, sessions, origin, cancellationToken);
        }
        catch
        {
            await throttle.GiveBackAsync(email, origin.Address, isKnown, lease);
            throw;
        }
    }

    private async Task<LoginResult<TSession>> AdmitAsync<TSession>(
        User user,
        Secret password,
        Secret? code,
        bool isKnown,
        ISessionStarter<TSession> sessions,
        AuditOrigin origin,
        CancellationToken cancellationToken)
        where TSession : class
    {
        while (user.IsActive)
        {
            if (await TryAdmitAsync(user, code, sessions, origin, cancellationToken) is { } result)
            {
                rehash.Report(user, password);
                return result;
            }

            // The user changed while the password was verified, so the current row decides.
            var current = await database.Users.AsNoTracking().SingleOrDefaultAsync(row => row.Id == user.Id, cancellationToken);
            if (current is null
                || current.Email != user.Email
                || (current.HashedPassword != user.HashedPassword
                    && !await hasher.VerifyAsync(
                        password,
                        current.HashedPassword,
                        new HashingClient(ClientNetwork.NetworkOf(origin.Address), isKnown),
                        cancellationToken)))
            {
                return await RefuseAsync<TSession>(AuthError.InvalidCredentials, current, origin, cancellationToken);
            }

            user = current;
        }

        return await RefuseAsync<TSession>(AuthError.AccountInactive, user, origin, cancellationToken);
    }

    /// <summary>Admits a user as far as the password and the code suffice. Returns <see langword="null"/> if the user has changed
    /// meanwhile.</summary>
    private async Task<LoginResult<TSession>?> TryAdmitAsync<TSession>(
        User user, Secret? code, ISessionStarter<TSession> sessions, AuditOrigin origin, CancellationToken cancellationToken)
        where TSession : class
    {
        if (user.HasSecondFactor)
        {
            return code is null
                ? await pendingLogins.BeginAsync(user, sessions, origin, cancellationToken)
                : await secondFactors.StartAsync(
                    user, new SecondFactorProof.Totp(code), pending: null, sessions, origin, cancellationToken);
        }

        return await sessions.StartAsync(user, SignInProof.Password, origin, cancellationToken) is { } session
            ? new LoginResult<TSession>.Succeeded(session)
            : null;
    }

    private async Task<LoginResult<TSession>> RefuseAsync<TSession>(
        AuthError error, User? user, AuditOrigin origin, CancellationToken cancellationToken)
        where TSession : class
    {
        await audit.RecordRefusalAsync(AuditTypes.Login, error.Code, user?.Id, actorId: null, origin, cancellationToken);
        return new LoginResult<TSession>.Refused(error);
    }

    [LoggerMessage(LogLevel.Information, "Login: {Outcome}, user {UserId}.")]
    private partial void LogLogin(string outcome, int? userId);
}
