using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Btec.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Mailing;

/// <summary>Issues and redeems the tokens of mailed links: 256 random bits, of which the database knows the SHA-256.</summary>
public sealed class MailedTokens(BtecDbContext database, TimeProvider clock)
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
        MailedTokenPurpose purpose, int userId, string email, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        await database.MailedTokens.Where(token => token.UserId == userId && token.Purpose == purpose).ExecuteDeleteAsync(cancellationToken);
        var secret = RandomNumberGenerator.GetBytes(Length);
        var now = clock.GetStoredNow();
        database.MailedTokens.Add(new MailedToken
        {
            Hash = SHA256.HashData(secret),
            Purpose = purpose,
            UserId = userId,
            Email = email,
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        });
        return Base64Url.EncodeToString(secret);
    }

    /// <summary>Takes a token out of the database, so that it works once however many come with it. Call it in the transaction of
    /// what it is for.</summary>
    /// <returns>The token, or <see langword="null"/> if it is unknown, used, superseded or expired.</returns>
    public async Task<MailedToken?> RedeemAsync(string text, MailedTokenPurpose purpose, CancellationToken cancellationToken)
    {
        if (Parse(text) is not { } hash)
            return null;

        var now = clock.GetStoredNow();
        var found = await database.MailedTokens.AsNoTracking()
            .SingleOrDefaultAsync(token => token.Hash == hash && token.Purpose == purpose && token.ExpiresAt > now, cancellationToken);
        // Of any number at once, one deletes the row.
        return found is not null
            && await database.MailedTokens.Where(token => token.Hash == hash).ExecuteDeleteAsync(cancellationToken) == 1
                ? found
                : null;
    }

    /// <summary>Makes every link void that was mailed to a user, as when the password or the address changes.</summary>
    public Task RevokeAsync(int userId, CancellationToken cancellationToken) =>
        database.MailedTokens.Where(token => token.UserId == userId).ExecuteDeleteAsync(cancellationToken);

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
