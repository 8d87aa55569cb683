using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.SecondFactors;

/// <summary>Takes the codes of second factors, each once. Call it in the transaction of what the code authorizes, after the user is
/// locked.</summary>
internal sealed class SecondFactorCodes(
    BtecDbContext database, TotpSecrets secrets, RecoveryCodeStore codes, SecondFactorNotices notices, TimeProvider clock)
{
    /// <summary>Takes the code of one of a user's authenticators. One statement decides, so that of any number of simultaneous calls, in
    /// any number of processes, one succeeds.</summary>
    /// <returns><see langword="true"/> if the code is right, and later than the last one of its authenticator.</returns>
    public async Task<bool> TakeTotpAsync(int userId, string code, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        var factors = await database.TotpFactors.AsNoTracking()
            .Where(factor => factor.UserId == userId && factor.ConfirmedAt != null)
            .ToListAsync(cancellationToken);
        foreach (var factor in factors)
        {
            if (secrets.Find(factor) is { } secret
                && Totp.FindStep(secret, code, now) is { } step
                && await database.TotpFactors.Where(row => row.Id == factor.Id && row.LastStep < step).ExecuteUpdateAsync(
                    row => row.SetProperty(changed => changed.LastStep, step).SetProperty(changed => changed.LastUsedAt, now),
                    cancellationToken) == 1)
                return true;
        }

        return false;
    }

    /// <summary>Takes a recovery code of a user, who is told by mail.</summary>
    /// <returns><see langword="true"/> if the code is one of those that are left.</returns>
    public async Task<bool> TakeRecoveryCodeAsync(
        User user, string code, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(batch);
        if (RecoveryCodeText.FindHash(code) is not { } hash
            || await database.RecoveryCodes.Where(row => row.UserId == user.Id && row.Hash == hash)
                .ExecuteDeleteAsync(cancellationToken) == 0)
            return false;

        var left = await codes.CountAsync(user.Id, cancellationToken);
        notices.AddCodeUsed(user, left);
        batch.Record(
            AuditTypes.RecoveryCodeUsed, user.Id, user.Id, origin,
            details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["left"] = left });
        return true;
    }
}
