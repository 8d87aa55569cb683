using Btec.Api.Features.Sessions;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
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
    SessionService sessions,
    AuthMetrics metrics,
    ILogger<LoginService> logger)
{
    /// <summary>Exchanges an e-mail address and a password for a session. An unknown address, a wrong password and a
    /// throttled attempt cost the same work.</summary>
    public async Task<LoginResult> LoginAsync(string email, Secret password, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(origin);
        using var activity = AuthMetrics.Activities.StartActivity("login");
        var isThrottled = await throttle.IsThrottledAsync(email, origin.Address, cancellationToken);
        var user = await FindUserAsync(email, cancellationToken);
        var isVerified = await hasher.VerifyAsync(password, user?.HashedPassword, cancellationToken) && !isThrottled;
        var result = isVerified
            ? await AdmitAsync(user!, password, origin, cancellationToken)
            : await RefuseAsync(new LoginResult.InvalidCredentials(), AuthError.InvalidCredentials, user, origin, cancellationToken);

        if (result is LoginResult.Succeeded)
            await throttle.ForgetAsync(email, origin.Address);
        else if (!isThrottled && result is LoginResult.InvalidCredentials)
            await throttle.ReportFailureAsync(email, origin.Address);

        var outcome = result.Match(_ => "success", () => AuthError.InvalidCredentials.Code, () => AuthError.AccountInactive.Code);
        activity?.SetTag("btec.login.outcome", outcome);
        metrics.CountLogin(outcome);
        LogLogin(outcome, user?.Id);
        return result;
    }

    private async Task<User?> FindUserAsync(string email, CancellationToken cancellationToken)
    {
        if (EmailAddress.FindFault(email) is not null)
            return null;

        var address = EmailAddress.Normalize(email);
        return await database.Users.AsNoTracking().FirstOrDefaultAsync(user => user.Email == address, cancellationToken);
    }

    private async Task<LoginResult> AdmitAsync(User user, Secret password, AuditOrigin origin, CancellationToken cancellationToken)
    {
        while (user.IsActive)
        {
            if (await sessions.StartAsync(user, origin, cancellationToken) is { } tokens)
            {
                rehash.Report(user, password);
                return new LoginResult.Succeeded(tokens);
            }

            // The user changed while the password was verified, so the current row decides.
            var current = await database.Users.AsNoTracking().SingleOrDefaultAsync(row => row.Id == user.Id, cancellationToken);
            if (current is null
                || (current.HashedPassword != user.HashedPassword
                    && !await hasher.VerifyAsync(password, current.HashedPassword, cancellationToken)))
            {
                return await RefuseAsync(
                    new LoginResult.InvalidCredentials(), AuthError.InvalidCredentials, current, origin, cancellationToken);
            }

            user = current;
        }

        return await RefuseAsync(new LoginResult.AccountInactive(), AuthError.AccountInactive, user, origin, cancellationToken);
    }

    private async Task<LoginResult> RefuseAsync(
        LoginResult result, AuthError error, User? user, AuditOrigin origin, CancellationToken cancellationToken)
    {
        await audit.CommitAsync(
            (batch, _) =>
            {
                batch.Record(AuditTypes.Login, user?.Id, actorId: null, origin, outcome: error.Code);
                return Task.FromResult(true);
            },
            cancellationToken);
        return result;
    }

    [LoggerMessage(LogLevel.Information, "Login: {Outcome}, user {UserId}.")]
    private partial void LogLogin(string outcome, int? userId);
}
