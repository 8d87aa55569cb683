using Btec.Api.Features.Passkeys;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;

namespace Btec.Api.Features.SecondFactors;

/// <summary>Removes the second factors of users who have lost them, for superusers.</summary>
internal sealed class FactorRemovalService(
    AuditTrail audit,
    UserLocks locks,
    SuperuserCheck superuserCheck,
    SecondFactorRemoval removal,
    SessionRevocation revocation,
    SecondFactorNotices notices)
{
    /// <summary>Removes every second factor of a user, and the recovery codes, and ends the sessions in which a passkey was
    /// used.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="actor">The superuser, or <see langword="null"/> for the dashboard.</param>
    /// <returns>The user, or <see cref="AuthError.NotFound"/>.</returns>
    public Task<Result<User>> RemoveAllAsync(int userId, Actor? actor, AuditOrigin origin, CancellationToken cancellationToken) =>
        audit.CommitAsync<Result<User>>(
            async (batch, cancel) =>
            {
                var locked = await locks.TakeAsync(userId, cancel);
                if (actor is not null && await superuserCheck.FindRefusalAsync(actor, cancel) is { } refusal)
                    return refusal;

                if (locked is not { } user)
                    return AuthError.NotFound;

                // One that waits for its confirmation goes too, but does not count.
                var hadFactor = user.HasSecondFactor;
                var count = await removal.RemoveAllAsync(user, cancel);
                if (!hadFactor)
                    return user;

                notices.AddRemovedByAdministrator(user);
                batch.Record(
                    AuditTypes.FactorsRemoved, userId, actor?.UserId, origin,
                    details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["factors"] = count });
                var ended = await revocation.EndForPasskeyAsync(userId, passkeyId: null, exceptSessionId: null, cancel);
                if (ended > 0)
                    batch.Record(AuditTypes.SessionEnded, userId, actor?.UserId, origin, details: PasskeyFactor.DescribeEnded(ended));

                return user;
            },
            cancellationToken);
}
