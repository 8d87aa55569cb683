using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Audit;

namespace Btec.Api.Features.SecondFactors;

/// <summary>Replaces recovery codes.</summary>
internal sealed class RecoveryCodeService(
    AuditTrail audit, UserLocks locks, RecoveryCodeStore codes, SecondFactorNotices notices)
{
    private static readonly AuthError NothingToRecover = AuthError.NotFound with
    {
        Detail = "Recovery codes stand in for a second factor, and you have none. Add an authenticator or a passkey first.",
    };

    /// <summary>Creates recovery codes and voids those of before.</summary>
    /// <returns>The codes, <see cref="AuthError.NotFound"/> if the user has no second factor, or <see cref="AuthError.TokenInvalid"/> if
    /// the session has ended meanwhile.</returns>
    public Task<Result<NewRecoveryCodes>> ReplaceAsync(
        int userId, Guid sessionId, AuditOrigin origin, CancellationToken cancellationToken) =>
        audit.CommitAsync<Result<NewRecoveryCodes>>(
            async (batch, cancel) =>
            {
                if (await locks.TakeForSessionAsync(userId, sessionId, cancel) is not { } user)
                    return AuthError.TokenInvalid;

                if (!user.HasSecondFactor)
                    return NothingToRecover;

                notices.AddCodesCreated(user);
                batch.Record(AuditTypes.RecoveryCodesCreated, userId, userId, origin, sessionId);
                return await codes.ReplaceAsync(userId, cancel);
            },
            cancellationToken);
}
