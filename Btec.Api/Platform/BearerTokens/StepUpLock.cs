using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Locks users on behalf of their sessions, and asks for step-up authentication once more: since a request was authorized, its
/// caller may have got a second factor, and its body may have taken any time to arrive.</summary>
internal sealed class StepUpLock(BtecDbContext database, UserLocks locks, StepUpRule rule)
{
    /// <summary>Locks a user until the transaction ends; see <see cref="UserLocks.TakeForSessionAsync"/>.</summary>
    /// <returns>The current row, <see cref="AuthError.StepUpRequired"/> if the proof of the session is not recent or not strong enough, or
    /// <see cref="AuthError.TokenInvalid"/> if the session has ended.</returns>
    public Task<Result<User>> TakeAsync(int userId, Guid sessionId, CancellationToken cancellationToken) => TakeAsync(
        userId, sessionId, (user, session) => rule.IsMetBy(user, session.AuthTime ?? session.CreatedAt, session.Amr), cancellationToken);

    /// <summary>Locks a user as <see cref="TakeAsync(int, Guid, CancellationToken)"/> does, whatever the age of the proof.</summary>
    public Task<Result<User>> TakeAtAnyAgeAsync(int userId, Guid sessionId, CancellationToken cancellationToken) => TakeAsync(
        userId, sessionId, (user, session) => StepUpRule.IsStrongEnough(user, session.Amr), cancellationToken);

    private async Task<Result<User>> TakeAsync(
        int userId, Guid sessionId, Func<User, Session, bool> suffices, CancellationToken cancellationToken)
    {
        if (await locks.TakeForSessionAsync(userId, sessionId, cancellationToken) is not { } user
            || await database.Sessions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == sessionId, cancellationToken) is not { } session)
            return AuthError.TokenInvalid;

        return suffices(user, session) ? user : AuthError.StepUpRequired;
    }
}
