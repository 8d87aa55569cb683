using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.OneTimeTokens;

/// <summary>Issues and redeems the tokens of mailed links: 256 random bits, of which the database knows the SHA-256.</summary>
public sealed class OneTimeTokenStore(BtecDbContext database, TimeProvider clock)
{
    /// <summary>How long an address may be confirmed.</summary>
    public static readonly TimeSpan VerificationLifetime = TimeSpan.FromHours(24);

    /// <summary>How long a password may be reset.</summary>
    public static readonly TimeSpan ResetLifetime = TimeSpan.FromHours(1);

    /// <summary>How long an invitation may be accepted.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    /// <summary>Bytes of a token: too many to guess (RFC 6749 section 10.10).</summary>
    private const int Length = 32;

    /// <summary>Makes a token for a user, which supersedes those of the same purpose. Call it in a transaction; the token is saved
    /// with everything else.</summary>
    /// <returns>The token in clear, for the mail alone.</returns>
    public async Task<string> IssueAsync(
        OneTimeTokenPurpose purpose, int userId, string email, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        await database.OneTimeTokens.Where(token => token.UserId == userId && token.Purpose == purpose).ExecuteDeleteAsync(cancellationToken);
        return Add(purpose, userId, email, lifetime);
    }

    /// <summary>Makes a token whose user is made when it is redeemed. It supersedes those of the same address. Call it as
    /// <see cref="IssueAsync"/>.</summary>
    public async Task<string> IssueForRegistrationAsync(
        string email, string hashedPassword, string? fullName, CancellationToken cancellationToken)
    {
        await RevokeRegistrationsAsync(email, cancellationToken);
        return Add(OneTimeTokenPurpose.Register, userId: null, email, VerificationLifetime, hashedPassword, fullName);
    }

    /// <summary>As much work as <see cref="IssueAsync"/>, for an address that nobody has: <see cref="OneTimeTokenDecoys"/> undoes it.
    /// The database checks the key of another user in its place, who keeps all their links.</summary>
    public async Task<string> IssueForNobodyAsync(
        OneTimeTokenPurpose purpose, int? standInId, string email, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        const int nobody = 0;
        await database.OneTimeTokens.Where(token => token.UserId == nobody && token.Purpose == purpose).ExecuteDeleteAsync(cancellationToken);
        return Add(purpose, standInId, email, lifetime);
    }

    /// <summary>Looks for a token that may be redeemed now.</summary>
    /// <returns>The token, or <see langword="null"/> if it is unknown, used, superseded, expired or for something else.</returns>
    public async Task<OneTimeToken?> FindAsync(string text, OneTimeTokenPurpose[] purposes, CancellationToken cancellationToken)
    {
        if (Parse(text) is not { } hash)
            return null;

        var now = clock.GetStoredNow();
        return await database.OneTimeTokens.AsNoTracking()
            .SingleOrDefaultAsync(token => token.Hash == hash && purposes.Contains(token.Purpose) && token.ExpiresAt > now, cancellationToken);
    }

    /// <summary>Takes a token out of the database, so that it works once however many come with it: of any number at once, one
    /// deletes the row. Call it in the transaction of what it is for, once the row of its user is locked.</summary>
    /// <returns>Whether it was still there.</returns>
    public async Task<bool> TakeAsync(OneTimeToken token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        return await database.OneTimeTokens.Where(row => row.Hash == token.Hash).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    /// <summary>Finds a token and takes it.</summary>
    public async Task<OneTimeToken?> RedeemAsync(string text, OneTimeTokenPurpose purpose, CancellationToken cancellationToken) =>
        await FindAsync(text, [purpose], cancellationToken) is { } found && await TakeAsync(found, cancellationToken) ? found : null;

    /// <summary>Makes every link void that was mailed for a registration of an address.</summary>
    public Task RevokeRegistrationsAsync(string email, CancellationToken cancellationToken) => database.OneTimeTokens
        .Where(token => token.Email == email && token.Purpose == OneTimeTokenPurpose.Register)
        .ExecuteDeleteAsync(cancellationToken);

    /// <summary>Makes every link void that was mailed to a user, as when the password or the address changes.</summary>
    public Task RevokeAsync(int userId, CancellationToken cancellationToken) =>
        database.OneTimeTokens.Where(token => token.UserId == userId).ExecuteDeleteAsync(cancellationToken);

    private string Add(
        OneTimeTokenPurpose purpose, int? userId, string email, TimeSpan lifetime, string? hashedPassword = null, string? fullName = null)
    {
        var secret = RandomNumberGenerator.GetBytes(Length);
        var now = clock.GetStoredNow();
        database.OneTimeTokens.Add(new OneTimeToken
        {
            Hash = SHA256.HashData(secret),
            Purpose = purpose,
            UserId = userId,
            Email = email,
            HashedPassword = hashedPassword,
            FullName = fullName,
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        });
        return Base64Url.EncodeToString(secret);
    }

    private static byte[]? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new byte[Length];
        return text.Length == Base64Url.GetEncodedLength(Length)
            && Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done && written == Length
                ? SHA256.HashData(bytes)
                : null;
    }
}
