using System.Text.Json;
using Btec.Api.Features.SecondFactors;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Passkeys;

/// <summary>Adds passkeys to accounts.</summary>
internal sealed partial class PasskeyRegistrationService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    StepUpLock sessionLocks,
    PasskeyChallenges challenges,
    PasskeyCeremonies ceremonies,
    SecondFactorRegister register,
    TimeProvider clock,
    ILogger<PasskeyRegistrationService> logger)
{
    /// <summary>The maximum number of passkeys of a user (the API contract).</summary>
    public const int MaxPerUser = 10;

    /// <summary>Makes the options with which a client creates a passkey.</summary>
    /// <returns>The options, or <see cref="AuthError.TooManyFactors"/>.</returns>
    public async Task<Result<PasskeyStart>> StartAsync(User caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var handle = caller.PasskeyHandle ?? await NameAsync(caller.Id, cancellationToken);
        var passkeys = await database.Passkeys.AsNoTracking().Where(row => row.UserId == caller.Id)
            .OrderBy(row => row.Id).ToListAsync(cancellationToken);
        if (passkeys.Count >= MaxPerUser)
            return AuthError.TooManyFactors;

        var start = await ceremonies.StartRegistrationAsync(PasskeyOwner.Of(handle, passkeys), caller.Email);
        return new PasskeyStart(await challenges.AddAsync(start.State, caller.Id, cancellationToken), start.Options);
    }

    /// <summary>Adds the passkey that a client has created.</summary>
    /// <param name="caller">The user.</param>
    /// <param name="sessionId">The session of the caller, which the first second factor strengthens.</param>
    /// <param name="challengeId">The id of the challenge.</param>
    /// <param name="credential">The credential as the client sent it.</param>
    /// <param name="name">The name of the passkey.</param>
    /// <param name="origin">The client that sent the request.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public async Task<PasskeyAdditionResult> AddAsync(
        User caller,
        Guid sessionId,
        Secret challengeId,
        JsonElement credential,
        string? name,
        AuditOrigin origin,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (await challenges.TakeAsync(challengeId, caller.Id, cancellationToken) is not { } state || caller.PasskeyHandle is null)
            return new PasskeyAdditionResult.ChallengeInvalid();

        if (await ceremonies.VerifyRegistrationAsync(PasskeyOwner.Of(caller.PasskeyHandle), state, credential) is not { } verified
            || NewPasskey.From(verified) is not { } added)
        {
            await audit.RecordRefusalAsync(
                AuditTypes.FactorAdded, AuthError.ValidationFailed.Code, caller.Id, origin, CancellationToken.None);
            return new PasskeyAdditionResult.CredentialInvalid();
        }

        // The challenge is used up, so the passkey is added even if the client has disconnected.
        PasskeyAdditionResult result;
        try
        {
            result = await audit.CommitAsync(
                (batch, cancel) => AddAsync(added, caller.Id, sessionId, ShortText.Normalize(name), origin, batch, cancel),
                CancellationToken.None);
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            result = new PasskeyAdditionResult.Refused(AuthError.PasskeyExists);
        }

        if (result is PasskeyAdditionResult.Added)
            LogAdded(caller.Id);
        else if (result is PasskeyAdditionResult.Refused { Error: var error } && error != AuthError.TokenInvalid)
            await audit.RecordRefusalAsync(AuditTypes.FactorAdded, error.Code, caller.Id, origin, CancellationToken.None);

        return result;
    }

    private async Task<PasskeyAdditionResult> AddAsync(
        NewPasskey added, int userId, Guid sessionId, string? name, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        var taken = await sessionLocks.TakeAsync(userId, sessionId, cancellationToken);
        if (!taken.IsSuccess)
            return new PasskeyAdditionResult.Refused(taken.Error);

        if (await database.Passkeys.AnyAsync(row => row.CredentialId == added.Verified.CredentialId, cancellationToken))
            return new PasskeyAdditionResult.Refused(AuthError.PasskeyExists);

        if (await database.Passkeys.CountAsync(row => row.UserId == userId, cancellationToken) >= MaxPerUser)
            return new PasskeyAdditionResult.Refused(AuthError.TooManyFactors);

        var passkey = added.ToRow(userId, name, clock.GetStoredNow());
        database.Passkeys.Add(passkey);
        await database.SaveChangesAsync(cancellationToken);
        var amr = AuthenticationMethods.Passkey(passkey.IsBackupEligible);
        var codes = await register.AddedAsync(taken.Value, sessionId, passkey.ToFactor(), amr, origin, batch, cancellationToken);
        return new PasskeyAdditionResult.Added(passkey, codes.Codes);
    }

    /// <summary>Gives a user the handle by which passkeys name them, once.</summary>
    private Task<byte[]> NameAsync(int userId, CancellationToken cancellationToken) => audit.CommitAsync(
        async (_, cancel) =>
        {
            var created = PasskeyOwner.CreateHandle();
            // A user who has been deleted meanwhile needs no handle.
            return await locks.TakeAsync(userId, cancel) is { } user ? user.PasskeyHandle ??= created : created;
        },
        cancellationToken);

    [LoggerMessage(LogLevel.Information, "User {UserId} added a passkey.")]
    private partial void LogAdded(int userId);
}
