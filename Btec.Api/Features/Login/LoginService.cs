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
    SessionService sessions,
    PendingLoginService pendingLogins,
    SecondFactorLogin secondFactors,
    AuthMetrics metrics,
    ILogger<LoginService> logger)
{
    /// <summary>Exchanges an e-mail address and a password for a session, or for a pending login if the user has a second factor. An unknown
    /// address, a wrong password and a throttled attempt cost the same work.</summary>
    /// <param name="code">The code of an authenticator, which completes the login of a user with a second factor at once. It is tried only
    /// after the right password.</param>
    public async Task<LoginResult> LoginAsync(
        string email, Secret password, Secret? code, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(origin);
        using var activity = AuthMetrics.Activities.StartActivity("login");
        var (user, isKnown) = await FindUserAsync(email, origin, cancellationToken);
        var lease = await throttle.CountAheadAsync(email, origin.Address, isKnown);
        var isVerified = await VerifyAsync(email, password, user, isKnown, lease, origin, cancellationToken);

        // The password has been tried, so the attempt is recorded even if the client has disconnected.
        var result = isVerified
            ? await AdmitAsync(email, password, code, user!, isKnown, lease, origin, CancellationToken.None)
            : await RefuseAsync(AuthError.InvalidCredentials, user, origin, CancellationToken.None);
        if (result is LoginResult.Succeeded)
            await throttle.ForgetAsync(email, origin.Address);
        else if (result is not LoginResult.Refused { Error: var error } || error != AuthError.InvalidCredentials)
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
    private async Task<LoginResult> AdmitAsync(
        string email,
        Secret password,
        Secret? code,
        User user,
        bool isKnown,
        FailureLease lease,
        AuditOrigin origin,
        CancellationToken cancellationToken)
    {
        try
        {
            return await AdmitAsync(user, password, code, isKnown, origin, cancellationToken);
        }
        catch
        {
            await throttle.GiveBackAsync(email, origin.Address, isKnown, lease);
            throw;
        }
    }

    private async Task<LoginResult> AdmitAsync(
        User user, Secret password, Secret? code, bool isKnown, AuditOrigin origin, CancellationToken cancellationToken)
    {
        while (user.IsActive)
        {
            if (await TryAdmitAsync(user, code, origin, cancellationToken) is { } result)
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
                        password, current.HashedPassword, new HashingClient(ClientNetwork.NetworkOf(origin.Address), isKnown), cancellationToken)))
            {
                return await RefuseAsync(AuthError.InvalidCredentials, current, origin, cancellationToken);
            }

            user = current;
        }

        return await RefuseAsync(AuthError.AccountInactive, user, origin, cancellationToken);
    }

    /// <summary>Admits a user as far as the password and the code suffice. Returns <see langword="null"/> if the user has changed
    /// meanwhile.</summary>
    private async Task<LoginResult?> TryAdmitAsync(User user, Secret? code, AuditOrigin origin, CancellationToken cancellationToken)
    {
        if (user.HasSecondFactor)
        {
            return code is null
                ? await pendingLogins.BeginAsync(user, origin, cancellationToken)
                : await secondFactors.StartAsync(user, new SecondFactorProof.Totp(code), pending: null, origin, cancellationToken);
        }

        return await sessions.StartAsync(user, AuthenticationMethods.Password, origin, cancellationToken) is { } tokens
            ? new LoginResult.Succeeded(tokens)
            : null;
    }

    private async Task<LoginResult> RefuseAsync(AuthError error, User? user, AuditOrigin origin, CancellationToken cancellationToken)
    {
        await audit.RecordRefusalAsync(AuditTypes.Login, error.Code, user?.Id, actorId: null, origin, cancellationToken);
        return new LoginResult.Refused(error);
    }

    [LoggerMessage(LogLevel.Information, "Login: {Outcome}, user {UserId}.")]
    private partial void LogLogin(string outcome, int? userId);
}
