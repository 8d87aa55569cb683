using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;

namespace Btec.Api.Features.Me;

/// <summary>Changes passwords.</summary>
internal sealed partial class PasswordService(
    AuditTrail audit,
    UserLocks locks,
    OneTimeTokenStore links,
    PendingLogins pendingLogins,
    MailOutbox mails,
    SessionRevocation sessions,
    PasswordHasher hasher,
    Reauthentication reauthentication,
    ILogger<PasswordService> logger)
{
    /// <summary>Changes the password of a caller who knows it, ends every other session of the user and invalidates every
    /// mailed link.</summary>
    /// <param name="caller">The user.</param>
    /// <param name="sessionId">The session that stays.</param>
    /// <param name="currentPassword">The current password, as the caller sent it.</param>
    /// <param name="newPassword">The new password, which has been validated.</param>
    /// <returns>Success, <see cref="AuthError.PasswordWrong"/>, or, if the session has ended or the caller got a second factor
    /// meanwhile, <see cref="AuthError.TokenInvalid"/> or <see cref="AuthError.StepUpRequired"/>.</returns>
    public async Task<Result> ChangeAsync(
        User caller, Guid sessionId, Secret currentPassword, Secret newPassword, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        string? newHash = null;
        var changed = await reauthentication.RequireAsync(
            caller,
            origin.Address,
            currentPassword,
            async currentHash =>
            {
                // A hash has been computed by then, so the attempt is recorded even if the client has disconnected.
                newHash ??= await hasher.HashAsync(newPassword, HashingClient.Caller(origin.Address), CancellationToken.None);
                return await audit.CommitAsync<Result>(
                    async (batch, cancel) =>
                    {
                        if (await locks.TakeForSessionAsync(caller.Id, sessionId, cancel) is not { } user)
                            return AuthError.TokenInvalid;

                        if (user.HasSecondFactor && !caller.HasSecondFactor)
                            return AuthError.StepUpRequired;

                        if (user.HashedPassword != currentHash)
                            return AuthError.PasswordWrong;

                        await ReplaceAsync(user, newHash, sessionId, cancel);
                        batch.Record(AuditTypes.PasswordChanged, user.Id, user.Id, origin, sessionId);
                        return Result.Success;
                    },
                    CancellationToken.None);
            },
            cancellationToken);
        if (changed.IsSuccess)
            LogChanged(caller.Id);
        else
            await audit.RecordRefusalAsync(AuditTypes.PasswordChanged, changed.Error.Code, caller.Id, origin, CancellationToken.None);

        return changed;
    }

    /// <summary>Replaces the hash of a user, ends their sessions and invalidates their mailed links and pending logins. Call it in a
    /// transaction that has locked the user.</summary>
    internal async Task ReplaceAsync(User user, string hash, Guid? exceptSessionId, CancellationToken cancellationToken)
    {
        user.HashedPassword = hash;
        await sessions.EndAllAsync(user.Id, exceptSessionId, cancellationToken);
        await links.RevokeAsync(user.Id, cancellationToken);
        await pendingLogins.RevokeAsync(user.Id, cancellationToken);
        mails.Add(MailTemplate.PasswordChanged, user.Email, MailValues.To(user), user.Id);
    }

    [LoggerMessage(LogLevel.Information, "User {UserId} changed their password.")]
    private partial void LogChanged(int userId);
}
