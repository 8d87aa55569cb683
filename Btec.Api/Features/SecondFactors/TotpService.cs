using System.Security.Cryptography;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.SecondFactors;

/// <summary>Adds and removes authenticator applications.</summary>
internal sealed class TotpService(
    BtecDbContext database,
    AuditTrail audit,
    StepUpLock locks,
    SessionRevocation sessions,
    SecondFactorRegister register,
    TotpSecrets secrets,
    TotpUri uris,
    TimeProvider clock)
{
    /// <summary>The time within which a user confirms an authenticator (docs/contract.md).</summary>
    public static readonly TimeSpan ConfirmWithin = TimeSpan.FromMinutes(10);

    /// <summary>The number of authenticators that a user can have (docs/contract.md).</summary>
    private const int MaxPerUser = 5;

    /// <summary>Creates a secret, which counts once a code of it has been entered. It replaces one that waits for that.</summary>
    /// <param name="userId">The caller.</param>
    /// <param name="sessionId">The caller's session.</param>
    /// <param name="name">The name of the authenticator.</param>
    /// <returns>The secret, <see cref="AuthError.EmailUnverified"/>, <see cref="AuthError.TooManyFactors"/>, or the refusal of
    /// <see cref="StepUpLock"/>.</returns>
    public async Task<Result<NewTotp>> BeginAsync(
        int userId, Guid sessionId, string? name, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var begun = await audit.CommitAsync<Result<NewTotp>>(
            async (_, cancel) =>
            {
                var now = clock.GetStoredNow();
                var taken = await locks.TakeAsync(userId, sessionId, cancel);
                if (!taken.IsSuccess)
                    return taken.Error;

                var user = taken.Value;
                if (user.EmailVerifiedAt is null)
                    return AuthError.EmailUnverified;

                // One is pending at a time, so that no more than these can be confirmed.
                var mine = database.TotpFactors.Where(factor => factor.UserId == userId);
                if (await mine.CountAsync(factor => factor.ConfirmedAt != null, cancel) >= MaxPerUser)
                    return AuthError.TooManyFactors;

                await mine.Where(factor => factor.ConfirmedAt == null).ExecuteDeleteAsync(cancel);
                return Create(user, ShortText.Normalize(name), now);
            },
            cancellationToken);
        return begun.IsSuccess ? begun : await RefuseAsync(AuditTypes.FactorAdded, begun.Error, userId, origin);
    }

    /// <summary>Makes an authenticator count, whose code shows that the user has it, and ends the user's other sessions. The code cannot
    /// be used again.</summary>
    /// <returns>The recovery codes to show, <see cref="AuthError.NotFound"/>, <see cref="AuthError.CodeWrong"/>, or the refusal of
    /// <see cref="StepUpLock"/>.</returns>
    public async Task<Result<NewRecoveryCodes>> ConfirmAsync(
        int userId, Guid sessionId, Guid id, Secret code, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(code);
        var confirmed = await audit.CommitAsync<Result<NewRecoveryCodes>>(
            async (batch, cancel) =>
            {
                var now = clock.GetStoredNow();
                var taken = await locks.TakeAtAnyAgeAsync(userId, sessionId, cancel);
                if (!taken.IsSuccess)
                    return taken.Error;

                var user = taken.Value;
                if (await FindAsync(userId, id, now, cancel) is not { ConfirmedAt: null } factor)
                    return AuthError.NotFound;

                if (secrets.Find(factor) is not { } secret || Totp.FindStep(secret, code.Reveal(), now) is not { } step)
                    return AuthError.CodeWrong;

                (factor.ConfirmedAt, factor.LastStep) = (now, step);
                await database.SaveChangesAsync(cancel);
                await sessions.EndAllAsync(userId, sessionId, cancel);
                return await register.AddedAsync(
                    user, sessionId, ToChanged(factor), AuthenticationMethods.Code, origin, batch, cancel);
            },
            cancellationToken);
        return confirmed.IsSuccess ? confirmed : await RefuseAsync(AuditTypes.FactorAdded, confirmed.Error, userId, origin);
    }

    /// <summary>Removes an authenticator, or one that waits for its confirmation.</summary>
    /// <returns>Success, <see cref="AuthError.NotFound"/>, or the refusal of <see cref="StepUpLock"/>.</returns>
    public Task<Result> RemoveAsync(int userId, Guid sessionId, Guid id, AuditOrigin origin, CancellationToken cancellationToken) =>
        audit.CommitAsync<Result>(
            async (batch, cancel) =>
            {
                var now = clock.GetStoredNow();
                var taken = await locks.TakeAsync(userId, sessionId, cancel);
                if (!taken.IsSuccess)
                    return taken.Error;

                var user = taken.Value;
                if (await FindAsync(userId, id, now, cancel) is not { } factor)
                    return AuthError.NotFound;

                database.TotpFactors.Remove(factor);
                await database.SaveChangesAsync(cancel);
                if (factor.ConfirmedAt is not null)
                    await register.RemovedAsync(user, sessionId, ToChanged(factor), origin, batch, cancel);

                return Result.Success;
            },
            cancellationToken);

    private NewTotp Create(User user, string? name, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var bytes = RandomNumberGenerator.GetBytes(Totp.SecretBytes);
        database.TotpFactors.Add(new TotpFactor
        {
            Id = id,
            UserId = user.Id,
            Name = name,
            EncryptedSecret = secrets.Seal(bytes, id),
            CreatedAt = now,
        });
        var secret = new Secret(Base32.Encode(bytes));
        return new NewTotp(id, secret, uris.Write(user.Email, secret), now + ConfirmWithin);
    }

    /// <summary>Finds an authenticator of a user that is confirmed or can still be.</summary>
    private Task<TotpFactor?> FindAsync(int userId, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var oldest = now - ConfirmWithin;
        return database.TotpFactors.AsTracking().SingleOrDefaultAsync(
            factor => factor.Id == id && factor.UserId == userId && (factor.ConfirmedAt != null || factor.CreatedAt > oldest),
            cancellationToken);
    }

    private async Task<AuthError> RefuseAsync(string type, AuthError error, int userId, AuditOrigin origin)
    {
        if (error != AuthError.NotFound && error != AuthError.TokenInvalid)
            await audit.RecordRefusalAsync(type, error.Code, userId, origin, CancellationToken.None);

        return error;
    }

    private static ChangedFactor ToChanged(TotpFactor factor) => new(factor.Id, SecondFactorKind.Totp);
}

/// <summary>A secret for an authenticator application, which waits for its confirmation.</summary>
/// <param name="Secret">The secret in base32.</param>
/// <param name="Uri">The URI that an application scans.</param>
internal sealed record NewTotp(Guid Id, Secret Secret, Secret Uri, DateTimeOffset ExpiresAt);
