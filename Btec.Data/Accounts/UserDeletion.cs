using Btec.Data.Model;
using Btec.Data.Retention;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The deletion of a user with everything that belongs to the user, except audit events, and the rules of it: users
/// delete their own account with its password, superusers delete every account but their own, and the last active superuser
/// stays. Whether the caller is a superuser is the policy of the route.</summary>
public sealed class UserDeletion(BtecDbContext database, UserLocks locks, SuperuserGuard superusers, SessionPurge sessions,
    LogoutNotices notices)
{
    /// <summary>The time limit of a statement that deletes what belongs to the user, whose sessions and tokens may be any number. An
    /// estimate.</summary>
    private static readonly TimeSpan StatementLimit = TimeSpan.FromSeconds(60);

    /// <summary>Deletes the caller's own account. Call it in a transaction.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="sessionId">The caller's session.</param>
    /// <param name="provenHash">The hash whose password the caller has just shown to know. If the account's hash is another by
    /// now, the password has been changed meanwhile.</param>
    public async Task<UserDeletionResult> DeleteOwnAsync(User caller, Guid sessionId, string provenHash, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        // Others do not wait for decisions about superusers.
        if (caller.IsSuperuser && await superusers.IsLastAsync(caller.Id, cancellationToken))
            return UserDeletionResult.LastSuperuser;

        if (await locks.TakeForSessionAsync(caller.Id, sessionId, cancellationToken) is not { } user)
            return UserDeletionResult.NotFound;

        if (user.HasSecondFactor && !caller.HasSecondFactor)
            return UserDeletionResult.SecondFactorAdded;

        return user.HashedPassword == provenHash
            ? await DeleteAsync(user, caller.IsSuperuser, cancellationToken)
            : UserDeletionResult.PasswordChanged;
    }

    /// <summary>Deletes a user on behalf of a superuser. Call it in a transaction.</summary>
    public async Task<UserDeletionResult> DeleteAsync(int userId, int actorId, CancellationToken cancellationToken)
    {
        if (userId == actorId)
            return UserDeletionResult.OwnAccount;

        var wasSuperuser = await database.Users.AnyAsync(user => user.Id == userId && user.IsSuperuser, cancellationToken);
        if (wasSuperuser && await superusers.IsLastAsync(userId, cancellationToken))
            return UserDeletionResult.LastSuperuser;

        return await locks.TakeAsync(userId, cancellationToken) is { } user
            ? await DeleteAsync(user, wasSuperuser, cancellationToken)
            : UserDeletionResult.NotFound;
    }

    /// <summary>Deletes a user who has been locked.</summary>
    /// <param name="wasSuperuser"><see langword="true"/> if the user was a superuser before, and was found not to be the last.</param>
    private async Task<UserDeletionResult> DeleteAsync(User user, bool wasSuperuser, CancellationToken cancellationToken)
    {
        // Promoted meanwhile. The locks are taken against their order here; if that deadlocks, PostgreSQL ends one of the two
        // transactions, and it is retried.
        if (user.IsSuperuser && !wasSuperuser && await superusers.IsLastAsync(user.Id, cancellationToken))
            return UserDeletionResult.LastSuperuser;

        var usual = database.Database.GetCommandTimeout();
        database.Database.SetCommandTimeout(StatementLimit);
        try
        {
            await notices.AddOfLivingAsync(user.Id, cancellationToken);
            await sessions.DeleteAllAsync(user.Id, cancellationToken);
            await database.Users.Where(row => row.Id == user.Id).ExecuteDeleteAsync(cancellationToken);
        }
        finally
        {
            database.Database.SetCommandTimeout(usual);
        }

        return UserDeletionResult.Deleted;
    }
}

/// <summary>The result of a deletion.</summary>
public enum UserDeletionResult
{
    /// <summary>The user was deleted.</summary>
    Deleted,

    /// <summary>The user does not exist, or the caller's session has ended.</summary>
    NotFound,

    /// <summary>The password was changed after the caller had entered it.</summary>
    PasswordChanged,

    /// <summary>The caller got a second factor after their proof was found sufficient without one.</summary>
    SecondFactorAdded,

    /// <summary>A superuser tried to delete their own account on the route for others.</summary>
    OwnAccount,

    /// <summary>The user is the last active superuser.</summary>
    LastSuperuser,
}
