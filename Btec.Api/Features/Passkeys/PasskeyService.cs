using Btec.Api.Features.ExternalProviders;
using Btec.Api.Features.SecondFactors;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Passkeys;

/// <summary>Renames and removes the passkeys of users.</summary>
internal sealed class PasskeyService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    StepUpLock sessionLocks,
    SignInMethods methods,
    SessionRevocation revocation,
    SecondFactorRegister register)
{
    /// <summary>Renames a passkey of a user.</summary>
    /// <returns>The passkey, <see cref="AuthError.NotFound"/>, or <see cref="AuthError.TokenInvalid"/> if the session has ended
    /// meanwhile.</returns>
    public Task<Result<Passkey>> RenameAsync(
        int userId,
        Guid sessionId,
        Guid id,
        Func<string?, string?> rename,
        AuditOrigin origin,
        CancellationToken cancellationToken) => audit.CommitAsync<Result<Passkey>>(
            async (batch, cancel) =>
            {
                if (await locks.TakeForSessionAsync(userId, sessionId, cancel) is null)
                    return AuthError.TokenInvalid;

                if (await FindAsync(userId, id, cancel) is not { } passkey)
                    return AuthError.NotFound;

                var name = ShortText.Normalize(rename(passkey.Name));
                if (name != passkey.Name)
                {
                    passkey.Name = name;
                    batch.Record(AuditTypes.FactorRenamed, userId, userId, origin, sessionId, details: passkey.ToFactor().ToDetails());
                }

                return passkey;
            },
            cancellationToken);

    /// <summary>Removes a passkey of a user, and ends the other sessions in which it was used: whoever has the device may be signed
    /// in.</summary>
    /// <returns>Success, <see cref="AuthError.NotFound"/>, <see cref="AuthError.LastSignInMethod"/>, or the refusal of <see cref="StepUpLock"/>.</returns>
    public Task<Result> RemoveAsync(int userId, Guid sessionId, Guid id, AuditOrigin origin, CancellationToken cancellationToken) =>
        audit.CommitAsync<Result>(
            async (batch, cancel) =>
            {
                var taken = await sessionLocks.TakeAsync(userId, sessionId, cancel);
                if (!taken.IsSuccess)
                    return taken.Error;

                if (await FindAsync(userId, id, cancel) is not { } passkey)
                    return AuthError.NotFound;

                if (!await methods.ExistWithoutAsync(taken.Value, id, cancel))
                    return AuthError.LastSignInMethod;

                database.Passkeys.Remove(passkey);
                await database.SaveChangesAsync(cancel);
                await register.RemovedAsync(taken.Value, sessionId, passkey.ToFactor(), origin, batch, cancel);
                var ended = await revocation.EndForPasskeyAsync(userId, id, sessionId, cancel);
                if (ended > 0)
                    batch.Record(AuditTypes.SessionEnded, userId, userId, origin, details: PasskeyFactor.DescribeEnded(ended));

                return Result.Success;
            },
            cancellationToken);

    private Task<Passkey?> FindAsync(int userId, Guid id, CancellationToken cancellationToken) =>
        database.Passkeys.AsTracking().SingleOrDefaultAsync(row => row.UserId == userId && row.Id == id, cancellationToken);
}
