using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Data.Audit;

namespace Btec.Api.Features.SecondFactors;

/// <summary>Replaces recovery codes.</summary>
internal sealed class RecoveryCodeService(
    AuditTrail audit, StepUpLock locks, RecoveryCodeStore codes, SecondFactorNotices notices)
{
    private static readonly AuthError NothingToRecover = AuthError.NotFound with
    {
        Detail = "Recovery codes stand in for a second factor, and you have none. Add an authenticator or a passkey first.",
    };

    /// <summary>Creates recovery codes and voids the previous ones.</summary>
    /// <returns>The codes, <see cref="AuthError.NotFound"/> if the user has no second factor, or the refusal of
    /// <see cref="StepUpLock"/>.</returns>
    public Task<Result<NewRecoveryCodes>> ReplaceAsync(
        int userId, Guid sessionId, AuditOrigin origin, CancellationToken cancellationToken) =>
        audit.CommitAsync<Result<NewRecoveryCodes>>(
            async (batch, cancel) =>
            {
                var taken = await locks.TakeAsync(userId, sessionId, cancel);
                if (!taken.IsSuccess)
                    return taken.Error;

                var user = taken.Value;
                if (!user.HasSecondFactor)
                    return NothingToRecover;

                notices.AddCodesCreated(user);
                batch.Record(AuditTypes.RecoveryCodesCreated, userId, userId, origin, sessionId);
                return await codes.ReplaceAsync(userId, cancel);
            },
            cancellationToken);
}
