using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The deletion of a user in the fixed lock order: superusers, then the user.</summary>
public sealed class UserDeletion(BtecDbContext database, UserLocks locks, SuperuserGuard superusers)
{
    /// <summary>Deletes a user with everything that belongs to the user, except audit events. Call it in a transaction.</summary>
    /// <param name="isSuperuser">Whether the user may be a superuser: only then the deletion waits for other decisions about
    /// superusers before it locks the user.</param>
    /// <param name="isAllowed">A check of the user after it is locked, or <see langword="null"/>.</param>
    public async Task<UserDeletionResult> DeleteAsync(
        int userId, bool isSuperuser, Predicate<User>? isAllowed, CancellationToken cancellationToken)
    {
        if (isSuperuser && await superusers.IsLastAsync(userId, cancellationToken))
            return UserDeletionResult.LastSuperuser;

        if (await locks.TakeAsync(userId, cancellationToken) is not { } user)
            return UserDeletionResult.NotFound;

        if (isAllowed?.Invoke(user) == false)
            return UserDeletionResult.NotAllowed;

        // Promoted after the caller was read.
        if (user.IsSuperuser && !isSuperuser && await superusers.IsLastAsync(userId, cancellationToken))
            return UserDeletionResult.LastSuperuser;

        await database.Users.Where(row => row.Id == userId).ExecuteDeleteAsync(cancellationToken);
        return UserDeletionResult.Deleted;
    }
}

/// <summary>The result of a deletion.</summary>
public enum UserDeletionResult
{
    /// <summary>The user was deleted.</summary>
    Deleted,

    /// <summary>The user does not exist.</summary>
    NotFound,

    /// <summary>The check refused the deletion.</summary>
    NotAllowed,

    /// <summary>The user is the last active superuser.</summary>
    LastSuperuser,
}
