using Btec.Api.Features.Sessions;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.Requests;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Login;

/// <summary>Logs users in.</summary>
public sealed partial class LoginService(
    BtecDbContext database,
    AuditTrail audit,
    PasswordHasher hasher,
    PasswordRehash rehash,
    LoginThrottle throttle,
    SessionService sessions,
    AuthMetrics metrics,
    ILogger<LoginService> logger)
{
    /// <summary>Exchanges an e-mail address and a password for a session.</summary>
    /// <returns>Its tokens, <see cref="AuthError.InvalidCredentials"/> or, once the password was right,
    /// <see cref="AuthError.AccountInactive"/>. An address that nobody has takes as long as a wrong password, and so does
    /// whoever has to wait after many of them.</returns>
    public async Task<Result<TokenPair>> LoginAsync(
        string email, string password, ClientInfo client, CancellationToken cancellationToken)
    {
        using var activity = AuthMetrics.Activities.StartActivity("login");
        var held = await throttle.IsThrottledAsync(email, client.Address, cancellationToken);
        var user = await FindUserAsync(email, cancellationToken);
        var result = await hasher.VerifyAsync(password, user?.HashedPassword, cancellationToken) && !held
            ? await AdmitAsync(user!, password, client, cancellationToken)
            : await RefuseAsync(AuthError.InvalidCredentials, user, client, cancellationToken);

        if (result.IsSuccess)
            await throttle.ForgetAsync(email, client.Address);
        else if (!held && result.Error == AuthError.InvalidCredentials)
            await throttle.ReportFailureAsync(email, client.Address);

        var outcome = result.IsSuccess ? "success" : result.Error.Code;
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

    private async Task<Result<TokenPair>> AdmitAsync(User user, string password, ClientInfo client, CancellationToken cancellationToken)
    {
        while (user.IsActive)
        {
            if (await sessions.StartAsync(user, client, cancellationToken) is { } pair)
            {
                rehash.Report(user, password);
                return pair;
            }

            // Changed while the password was verified: what the user is now decides.
            var verified = user.HashedPassword;
            if (await database.Users.AsNoTracking().SingleOrDefaultAsync(row => row.Id == user.Id, cancellationToken) is not { } current)
                return await RefuseAsync(AuthError.InvalidCredentials, user: null, client, cancellationToken);

            if (current.HashedPassword != verified && !await hasher.VerifyAsync(password, current.HashedPassword, cancellationToken))
                return await RefuseAsync(AuthError.InvalidCredentials, current, client, cancellationToken);

            user = current;
        }

        return await RefuseAsync(AuthError.AccountInactive, user, client, cancellationToken);
    }

    private Task<AuthError> RefuseAsync(AuthError error, User? user, ClientInfo client, CancellationToken cancellationToken) => audit.CommitAsync(
        (batch, _) =>
        {
            batch.Record(AuditTypes.Login, user?.Id, actorId: null, client, outcome: error.Code);
            return Task.FromResult(error);
        },
        cancellationToken);

    [LoggerMessage(LogLevel.Information, "Login: {Outcome}, user {UserId}.")]
    private partial void LogLogin(string outcome, int? userId);
}
