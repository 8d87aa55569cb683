using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;

namespace Btec.Api.Features.Me;

/// <summary>Changes the caller's own profile, and deletes the caller.</summary>
public sealed partial class AccountService(
    AuditTrail audit, UserLocks locks, UserDeletion deletion, Reauthentication proof, ILogger<AccountService> logger)
{
    /// <summary>Gives a user another name, or none.</summary>
    /// <returns>The user as they are now; <see cref="AuthError.TokenInvalid"/> if they were deleted meanwhile.</returns>
    public async Task<Result<User>> RenameAsync(int userId, string? fullName, AuditOrigin origin, CancellationToken cancellationToken) =>
        await audit.CommitAsync<Result<User>>(
            async (batch, cancel) =>
            {
                if (await locks.TakeAsync(userId, cancel) is not { } user)
                    return AuthError.TokenInvalid;

                var name = FullName.Normalize(fullName);
                if (user.FullName == name)
                    return user;

                user.FullName = name;
                batch.Record(
                    AuditTypes.UserUpdated, userId, userId, origin,
                    details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["members"] = "full_name" });
                return user;
            },
            cancellationToken);

    /// <summary>Deletes a caller who knows their password, with everything that is theirs but what the audit says of them.</summary>
    /// <returns>Nothing, <see cref="AuthError.PasswordWrong"/> or <see cref="AuthError.LastSuperuser"/>.</returns>
    public async Task<AuthError?> DeleteAsync(User caller, string password, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var refused = await proof.RequireAsync(
            caller,
            password,
            hash => audit.CommitAsync((batch, cancel) => DeleteAsync(caller, hash, origin, batch, cancel), cancellationToken),
            cancellationToken);
        if (refused is null)
            LogDeleted(caller.Id);
        else
            await audit.RecordRefusalAsync(AuditTypes.UserDeleted, refused.Code, caller.Id, origin, cancellationToken);

        return refused;
    }

    private async Task<AuthError?> DeleteAsync(
        User caller, string hash, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        var result = await deletion.DeleteAsync(caller.Id, caller.IsSuperuser, user => user.HashedPassword == hash, cancellationToken);
        if (result == UserDeletionResult.LastSuperuser)
            return AuthError.LastSuperuser;

        if (result != UserDeletionResult.Deleted)
            return AuthError.PasswordWrong;

        batch.Record(AuditTypes.UserDeleted, caller.Id, caller.Id, origin);
        return null;
    }

    [LoggerMessage(LogLevel.Information, "User {UserId} deleted their own account.")]
    private partial void LogDeleted(int userId);
}
