using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Accounts;

/// <summary>The statements of external providers about people until they are used: behind a one-time code for the client that began the
/// login, or behind a link token for the owner of an account. Codes and tokens have 256 random bits, of which the database stores the
/// SHA-256.</summary>
public sealed class ExternalProofs(BtecDbContext database, TimeProvider clock)
{
    /// <summary>The lifetime of a one-time code: 60 seconds (docs/contract.md).</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromSeconds(60);

    /// <summary>The lifetime of a link token: 10 minutes (docs/contract.md).</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromMinutes(10);

    /// <summary>The maximum number of link tokens of a user; a further one replaces the oldest. An estimate: each costs a login at the
    /// provider.</summary>
    private const int MaxPerUser = 100;

    /// <summary>Stores what a provider has said behind a new one-time code.</summary>
    /// <returns>The code, which is stored nowhere.</returns>
    public async Task<string> IssueCodeAsync(
        Func<byte[], DateTimeOffset, ExternalProof> create, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(create);
        var code = RandomSecret.Create();
        database.ExternalProofs.Add(create(RandomSecret.FindHash(code)!, clock.GetStoredNow() + CodeLifetime));
        await database.SaveChangesAsync(cancellationToken);
        return code;
    }

    /// <summary>Uses up a code. One whose verifier is wrong stays as it is: whoever has seen it pass must not use it up.</summary>
    /// <returns>The proof, or <see langword="null"/> if the code is unknown, used, expired or of another challenge.</returns>
    public async Task<ExternalProof?> TakeCodeAsync(string code, string codeChallenge, CancellationToken cancellationToken)
    {
        if (RandomSecret.FindHash(code) is not { } hash)
            return null;

        var now = clock.GetStoredNow();
        var found = await database.ExternalProofs.AsNoTracking().SingleOrDefaultAsync(
            proof => proof.Hash == hash && proof.CodeChallenge == codeChallenge && proof.ExpiresAt > now, cancellationToken);
        return found is not null && await TakeAsync(found, cancellationToken) ? found : null;
    }

    /// <summary>Creates a link token for the account with the address of a proof. Call it in a transaction, after the user is locked; the
    /// next save stores it.</summary>
    /// <returns>The token, which is stored nowhere.</returns>
    public async Task<string> IssueLinkAsync(ExternalProof proof, int userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(proof);
        await database.ExternalProofs.Where(row => row.UserId == userId)
            .OrderByDescending(row => row.ExpiresAt).ThenBy(row => row.Hash).Skip(MaxPerUser - 1)
            .ExecuteDeleteAsync(cancellationToken);
        var token = RandomSecret.Create();
        database.ExternalProofs.Add(new ExternalProof
        {
            Hash = RandomSecret.FindHash(token)!,
            UserId = userId,
            Provider = proof.Provider,
            Issuer = proof.Issuer,
            Subject = proof.Subject,
            Email = proof.Email,
            IsEmailVerified = proof.IsEmailVerified,
            ExpiresAt = clock.GetStoredNow() + LinkLifetime,
        });
        return token;
    }

    /// <summary>Finds the proof of a link token that works now.</summary>
    public async Task<ExternalProof?> FindLinkAsync(string token, CancellationToken cancellationToken)
    {
        if (RandomSecret.FindHash(token) is not { } hash)
            return null;

        var now = clock.GetStoredNow();
        return await database.ExternalProofs.AsNoTracking().SingleOrDefaultAsync(
            proof => proof.Hash == hash && proof.UserId != null && proof.ExpiresAt > now, cancellationToken);
    }

    /// <summary>Deletes a proof, so that it works once: of several simultaneous calls, one deletes the row.</summary>
    /// <returns><see langword="true"/> if this call deleted it.</returns>
    public async Task<bool> TakeAsync(ExternalProof proof, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(proof);
        return await database.ExternalProofs.Where(row => row.Hash == proof.Hash).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    /// <summary>Keeps a link token working for as long as the link that was mailed for it.</summary>
    public Task ExtendAsync(ExternalProof proof, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(proof);
        var end = clock.GetStoredNow() + lifetime;
        return database.ExternalProofs.Where(row => row.Hash == proof.Hash)
            .ExecuteUpdateAsync(row => row.SetProperty(changed => changed.ExpiresAt, end), cancellationToken);
    }

    /// <summary>Voids the link tokens of a user, as when the account is taken over.</summary>
    public Task RevokeAsync(int userId, CancellationToken cancellationToken) =>
        database.ExternalProofs.Where(proof => proof.UserId == userId).ExecuteDeleteAsync(cancellationToken);
}
