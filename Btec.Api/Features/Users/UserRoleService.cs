using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;

namespace Btec.Api.Features.Users;

/// <summary>Sets the roles of users for superusers.</summary>
internal sealed class UserRoleService(AuditTrail audit, UserLocks locks, SuperuserCheck superuserCheck)
{
    /// <summary>Replaces the roles of a user.</summary>
    /// <returns>The changed user, or <see cref="AuthError.NotFound"/>.</returns>
    public Task<Result<User>> SetAsync(
        int userId, IReadOnlyList<string> roles, Actor actor, AuditOrigin origin, CancellationToken cancellationToken) =>
        audit.CommitAsync<Result<User>>(
            async (batch, cancel) =>
            {
                var locked = await locks.TakeAsync(userId, cancel);
                if (await superuserCheck.FindRefusalAsync(actor, cancel) is { } refusal)
                    return refusal;

                if (locked is not { } user)
                    return AuthError.NotFound;

                var (before, after) = (user.Roles, RoleNames.Normalize(roles));
                if (before.SequenceEqual(after, StringComparer.Ordinal))
                    return user;

                user.Roles = after;
                batch.Record(
                    AuditTypes.UserRolesChanged, user.Id, actor.UserId, origin,
                    details: new Dictionary<string, object?>(StringComparer.Ordinal)
                    {
                        ["added"] = after.Except(before, StringComparer.Ordinal),
                        ["removed"] = before.Except(after, StringComparer.Ordinal),
                    });
                return user;
            },
            cancellationToken);
}
