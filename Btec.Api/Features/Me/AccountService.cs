using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.Me;

/// <summary>Changes and deletes the caller's own account.</summary>
internal sealed partial class AccountService(
    AuditTrail audit, UserLocks locks, UserDeletion deletion, Reauthentication reauthentication, ILogger<AccountService> logger)
{
    /// <summary>Changes the profile of a user.</summary>
    /// <param name="change">A function that returns the new profile for the current one.</param>
    /// <returns>The changed user, or <see cref="AuthError.TokenInvalid"/> if the session has ended meanwhile.</returns>
    public async Task<Result<User>> UpdateAsync(
        Actor actor, Func<UserProfile, UserProfile> change, AuditOrigin origin, CancellationToken cancellationToken) =>
        await audit.CommitAsync<Result<User>>(
            async (batch, cancel) =>
            {
                if (await locks.TakeForSessionAsync(actor.UserId, actor.SessionId, cancel) is not { } user)
                    return AuthError.TokenInvalid;

                var changed = change(UserProfile.Of(user)).ApplyTo(user);
                if (changed.Count == 0)
                    return user;

                batch.Record(
                    AuditTypes.UserUpdated, user.Id, user.Id, origin,
                    details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["members"] = string.Join(", ", changed) });
                return user;
            },
            cancellationToken);

    /// <summary>Deletes the account of a caller who knows its password. The audit events stay.</summary>
    /// <returns>Success, <see cref="AuthError.PasswordWrong"/> or <see cref="AuthError.LastSuperuser"/>.</returns>
    public async Task<Result> DeleteAsync(User caller, Guid sessionId, Secret password, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var deleted = await reauthentication.RequireAsync(
            caller,
            origin.Address,
            password,
            // A hash has been computed by then, so the attempt is recorded even if the client has disconnected.
            hash => audit.CommitAsync((batch, cancel) => DeleteAsync(caller, sessionId, hash, origin, batch, cancel), CancellationToken.None),
            cancellationToken);
        if (deleted.IsSuccess)
            LogDeleted(caller.Id);
        else
            await audit.RecordRefusalAsync(AuditTypes.UserDeleted, deleted.Error.Code, caller.Id, origin, CancellationToken.None);

        return deleted;
    }

    private async Task<Result> DeleteAsync(
        User caller, Guid sessionId, string hash, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        switch (await deletion.DeleteOwnAsync(caller, sessionId, hash, cancellationToken))
        {
            case UserDeletionResult.LastSuperuser:
                return AuthError.LastSuperuser;
            case UserDeletionResult.NotFound:
                return AuthError.TokenInvalid;
            case UserDeletionResult.SecondFactorAdded:
                return AuthError.StepUpRequired;
            // The re-authentication then looks at the current hash.
            case UserDeletionResult.PasswordChanged:
                return AuthError.PasswordWrong;
        }

        batch.Record(AuditTypes.UserDeleted, caller.Id, caller.Id, origin);
        return Result.Success;
    }

    [LoggerMessage(LogLevel.Information, "User {UserId} deleted their own account.")]
    private partial void LogDeleted(int userId);
}
