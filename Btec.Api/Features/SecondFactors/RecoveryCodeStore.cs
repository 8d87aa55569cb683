using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.SecondFactors;

/// <summary>The recovery codes of users. Call it in a transaction that has locked the user.</summary>
internal sealed class RecoveryCodeStore(BtecDbContext database, TimeProvider clock)
{
    /// <summary>The number of codes that a user gets (docs/contract.md).</summary>
    private const int Count = 10;

    /// <summary>Creates codes that replace the user's present ones. Only their hashes are stored, so this is the only time that they can
    /// be shown.</summary>
    public async Task<NewRecoveryCodes> ReplaceAsync(int userId, CancellationToken cancellationToken)
    {
        await DeleteAsync(userId, cancellationToken);
        var now = clock.GetStoredNow();
        var codes = Enumerable.Range(0, Count).Select(_ => RecoveryCodeText.Create()).ToList();
        database.RecoveryCodes.AddRange(codes.Select(code => new RecoveryCode
        {
            Hash = RecoveryCodeText.FindHash(code)!,
            UserId = userId,
            CreatedAt = now,
        }));
        return new NewRecoveryCodes([.. codes.Select(code => new Secret(code))]);
    }

    /// <summary>Deletes the codes of a user.</summary>
    public Task DeleteAsync(int userId, CancellationToken cancellationToken) =>
        database.RecoveryCodes.Where(code => code.UserId == userId).ExecuteDeleteAsync(cancellationToken);

    /// <summary>Counts the codes that a user has left.</summary>
    public Task<int> CountAsync(int userId, CancellationToken cancellationToken) =>
        database.RecoveryCodes.CountAsync(code => code.UserId == userId, cancellationToken);
}

/// <summary>Recovery codes to show to their user.</summary>
/// <param name="Codes">The codes; none if the user keeps the previous ones.</param>
internal sealed record NewRecoveryCodes(IReadOnlyList<Secret> Codes)
{
    public static readonly NewRecoveryCodes None = new([]);
}
