using System.Buffers.Text;
using System.Security.Cryptography;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.OneTimeTokens;

/// <summary>The one-time tokens of mailed links: 256 random bits, of which the database stores the SHA-256.</summary>
public sealed class OneTimeTokenStore(BtecDbContext database, TimeProvider clock)
{
    /// <summary>The lifetime of a link that confirms an address: 24 hours (the API contract).</summary>
    public static readonly TimeSpan VerificationLifetime = TimeSpan.FromHours(24);

    /// <summary>The lifetime of a link that resets a password: 1 hour (the API contract).</summary>
    public static readonly TimeSpan ResetLifetime = TimeSpan.FromHours(1);

    /// <summary>The lifetime of an invitation: 7 days (the API contract). A week covers a weekend and an absence of some days.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    /// <summary>The maximum number of registrations of one address that wait side by side, about 250 KB. More than the rate limits
    /// allow by default, so that a flood does not reach it: 5 an hour for an address make 5 × (24 + 1) = 125 within
    /// <see cref="VerificationLifetime"/>, and four instances that share no Redis make 500.</summary>
    public const int MaxWaitingRegistrations = 500;

    /// <summary>Creates a token for a user, which supersedes those of the same purpose. Call it in a transaction; the next save
    /// stores the token.</summary>
    /// <returns>The token, which is stored nowhere and goes into the mail only.</returns>
    public async Task<string> IssueAsync(
        OneTimeTokenPurpose purpose, int userId, string email, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        await RevokeAsync(userId, purpose, cancellationToken);
        return Add(purpose, userId, email, lifetime);
    }

    /// <summary>Creates a token whose user is created when it is redeemed. Call it like <see cref="IssueAsync"/>, after the
    /// address is locked.</summary>
    /// <remarks>It supersedes no other registration of the address, because anybody can register a foreign address. Past
    /// <see cref="MaxWaitingRegistrations"/> it replaces the newest: nobody can push out an early registration, and the owner
    /// of a flooded address still gets a link that works.</remarks>
    public async Task<string> IssueForRegistrationAsync(
        string email, string hashedPassword, UserProfile profile, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        await database.OneTimeTokens
            .Where(token => token.Email == email && token.Purpose == OneTimeTokenPurpose.Register && token.ExpiresAt > now)
            .OrderBy(token => token.CreatedAt).ThenBy(token => token.Hash)
            .Skip(MaxWaitingRegistrations - 1)
            .ExecuteDeleteAsync(cancellationToken);
        return Add(OneTimeTokenPurpose.Register, userId: null, email, VerificationLifetime, hashedPassword, profile);
    }

    /// <summary>Does the work of <see cref="IssueAsync"/> for an address that nobody has; <see cref="OneTimeTokenDecoys"/>
    /// undoes it. The foreign key refers to another user, whose tokens are not affected.</summary>
    public async Task<string> IssueForNobodyAsync(
        OneTimeTokenPurpose purpose, int? standInId, string email, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        // The same statement, whose parameter matches nobody: identity columns begin at 1.
        await RevokeAsync(userId: 0, purpose, cancellationToken);
        return Add(purpose, standInId, email, lifetime);
    }

    /// <summary>Finds a token that can be redeemed now.</summary>
    /// <returns>The token, or <see langword="null"/> if it is unknown, used, superseded, expired or issued for another
    /// purpose.</returns>
    public async Task<OneTimeToken?> FindAsync(string text, OneTimeTokenPurpose[] purposes, CancellationToken cancellationToken)
    {
        if (RandomSecret.FindHash(text) is not { } hash)
            return null;

        var now = clock.GetStoredNow();
        return await database.OneTimeTokens.AsNoTracking()
            .SingleOrDefaultAsync(
                token => token.Hash == hash && purposes.Contains(token.Purpose) && token.ExpiresAt > now, cancellationToken);
    }

    /// <summary>Deletes a token, so that it works only once: of several simultaneous calls, one deletes the row. Call it in the
    /// transaction of the change that it authorizes, after the user is locked.</summary>
    /// <returns><see langword="true"/> if this call deleted the token.</returns>
    public async Task<bool> TakeAsync(OneTimeToken token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        return await database.OneTimeTokens.Where(row => row.Hash == token.Hash).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    /// <summary>Revokes the tokens of all registrations of an address.</summary>
    public Task RevokeRegistrationsAsync(string email, CancellationToken cancellationToken) => database.OneTimeTokens
        .Where(token => token.Email == email && token.Purpose == OneTimeTokenPurpose.Register)
        .ExecuteDeleteAsync(cancellationToken);

    /// <summary>Revokes the tokens of a user for one purpose.</summary>
    public Task RevokeAsync(int userId, OneTimeTokenPurpose purpose, CancellationToken cancellationToken) => database.OneTimeTokens
        .Where(token => token.UserId == userId && token.Purpose == purpose)
        .ExecuteDeleteAsync(cancellationToken);

    /// <summary>Revokes all tokens of a user, as when the password or the address changes.</summary>
    public Task RevokeAsync(int userId, CancellationToken cancellationToken) =>
        database.OneTimeTokens.Where(token => token.UserId == userId).ExecuteDeleteAsync(cancellationToken);

    private string Add(
        OneTimeTokenPurpose purpose,
        int? userId,
        string email,
        TimeSpan lifetime,
        string? hashedPassword = null,
        UserProfile? profile = null)
    {
        var secret = RandomSecret.GetBytes();
        var now = clock.GetStoredNow();
        database.OneTimeTokens.Add(new OneTimeToken
        {
            Hash = SHA256.HashData(secret),
            Purpose = purpose,
            UserId = userId,
            Email = email,
            HashedPassword = hashedPassword,
            Profile = profile ?? new UserProfile(),
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        });
        return Base64Url.EncodeToString(secret);
    }
}
