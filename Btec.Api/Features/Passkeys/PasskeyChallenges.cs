using System.Security.Cryptography;
using System.Text;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Passkeys;

/// <summary>The challenges of passkeys. Each works once, whatever comes of it.</summary>
internal sealed class PasskeyChallenges(BtecDbContext database, TimeProvider clock)
{
    /// <summary>The lifetime of a challenge: 5 minutes, the lower end of the range for a ceremony with user verification that Web
    /// Authentication Level 2 recommends (section 15.1).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Stores a challenge.</summary>
    /// <param name="state">The state that the verification needs.</param>
    /// <param name="userId">The user who adds a passkey, or <see langword="null"/> for a challenge to be signed.</param>
    /// <returns>The id of the challenge, which is a secret.</returns>
    public async Task<Secret> AddAsync(string state, int? userId, CancellationToken cancellationToken)
    {
        var id = RandomSecret.Create();
        database.PasskeyChallenges.Add(new PasskeyChallenge
        {
            Hash = HashOf(id),
            UserId = userId,
            State = state,
            ExpiresAt = clock.GetStoredNow() + Lifetime,
        });
        await database.SaveChangesAsync(cancellationToken);
        return new Secret(id);
    }

    /// <summary>Uses up a challenge. Of simultaneous calls, one deletes the row and gets it.</summary>
    /// <param name="id">The id.</param>
    /// <param name="userId">The user who adds a passkey, or <see langword="null"/> for a challenge to be signed.</param>
    /// <returns>The state, or <see langword="null"/> if the challenge is unknown, used, expired, or for something else.</returns>
    public async Task<string?> TakeAsync(Secret id, int? userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        var hash = HashOf(id.Reveal());
        var challenge = await database.PasskeyChallenges.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Hash == hash, cancellationToken);
        return challenge is not null
            && await database.PasskeyChallenges.Where(row => row.Hash == hash).ExecuteDeleteAsync(cancellationToken) == 1
            && challenge.UserId == userId && challenge.ExpiresAt > clock.GetUtcNow()
                ? challenge.State
                : null;
    }

    private static byte[] HashOf(string id) => SHA256.HashData(Encoding.UTF8.GetBytes(id));
}
