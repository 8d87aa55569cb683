using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.SecondFactors;

/// <summary>Lists the second factors of users.</summary>
internal sealed class SecondFactorList(BtecDbContext database, RecoveryCodeStore codes)
{
    /// <summary>Lists the factors of a user that count, oldest first, with the number of recovery codes that are left.</summary>
    public async Task<ListedFactors> FindAsync(int userId, CancellationToken cancellationToken)
    {
        var authenticators = await database.TotpFactors.Where(factor => factor.UserId == userId && factor.ConfirmedAt != null)
            .Select(factor => new ListedFactor(factor.Id, SecondFactorKind.Totp, factor.Name, factor.CreatedAt, factor.LastUsedAt))
            .ToListAsync(cancellationToken);
        var passkeys = await database.Passkeys.Where(passkey => passkey.UserId == userId)
            .Select(passkey => new ListedFactor(passkey.Id, SecondFactorKind.Passkey, passkey.Name, passkey.CreatedAt, passkey.LastUsedAt))
            .ToListAsync(cancellationToken);
        return new ListedFactors(
            [.. authenticators.Concat(passkeys).OrderBy(factor => factor.CreatedAt).ThenBy(factor => factor.Id)],
            await codes.CountAsync(userId, cancellationToken));
    }
}

/// <summary>The second factors of a user.</summary>
internal sealed record ListedFactors(IReadOnlyList<ListedFactor> Items, int RecoveryCodesLeft);

/// <summary>A second factor of a user.</summary>
internal sealed record ListedFactor(
    Guid Id, SecondFactorKind Kind, string? Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);
