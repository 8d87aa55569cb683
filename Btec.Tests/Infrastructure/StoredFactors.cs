using System.Security.Cryptography;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Infrastructure;

/// <summary>The rows of a user's second factors, bypassing the API.</summary>
public static class StoredFactors
{
    /// <summary>Stores a passkey that nobody can use, and returns its credential id.</summary>
    public static Task<byte[]> AddPasskeyRowAsync(this BtecApi api, int userId)
    {
        ArgumentNullException.ThrowIfNull(api);
        return api.WithDatabaseAsync(async database =>
        {
            var passkey = new Passkey
            {
                Id = Guid.CreateVersion7(),
                UserId = userId,
                CredentialId = RandomNumberGenerator.GetBytes(32),
                PublicKey = RandomNumberGenerator.GetBytes(77),
                Aaguid = Guid.Empty,
                Transports = "internal",
                SignCount = 0,
                IsBackupEligible = true,
                IsBackedUp = true,
                CreatedAt = api.Clock.GetUtcNow(),
            };
            database.Passkeys.Add(passkey);
            (await database.Users.SingleAsync(user => user.Id == userId)).HasSecondFactor = true;
            await database.SaveChangesAsync();
            return passkey.CredentialId;
        });
    }

    /// <summary>Stores a challenge with which a user is about to add a passkey.</summary>
    public static Task<int> AddChallengeRowAsync(this BtecApi api, int userId)
    {
        ArgumentNullException.ThrowIfNull(api);
        return api.WithDatabaseAsync(database =>
        {
            database.PasskeyChallenges.Add(new PasskeyChallenge
            {
                Hash = RandomNumberGenerator.GetBytes(32),
                UserId = userId,
                State = "{}",
                ExpiresAt = api.Clock.GetUtcNow() + TimeSpan.FromMinutes(5),
            });
            return database.SaveChangesAsync();
        });
    }

    /// <summary>Stores a login that waits for its second factor.</summary>
    public static Task<int> AddPendingLoginRowAsync(this BtecApi api, int userId)
    {
        ArgumentNullException.ThrowIfNull(api);
        var now = api.Clock.GetUtcNow();
        return api.WithDatabaseAsync(database =>
        {
            database.PendingLogins.Add(new PendingLogin
            {
                Hash = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes),
                UserId = userId,
                ClientId = "btec",
                CreatedAt = now,
                ExpiresAt = now + TimeSpan.FromMinutes(5),
            });
            return database.SaveChangesAsync();
        });
    }

    /// <summary>Counts the logins of a user that wait for their second factor.</summary>
    public static Task<int> CountPendingLoginsAsync(this BtecApi api, int userId)
    {
        ArgumentNullException.ThrowIfNull(api);
        return api.WithDatabaseAsync(database => database.PendingLogins.CountAsync(login => login.UserId == userId));
    }

    /// <summary>Counts everything that a user's second factors consist of, and whether the user is said to have one.</summary>
    public static Task<(int Rows, bool HasSecondFactor)> CountFactorsAsync(this BtecApi api, int userId)
    {
        ArgumentNullException.ThrowIfNull(api);
        return api.WithDatabaseAsync(async database => (
            await database.TotpFactors.CountAsync(factor => factor.UserId == userId)
            + await database.Passkeys.CountAsync(passkey => passkey.UserId == userId)
            + await database.RecoveryCodes.CountAsync(code => code.UserId == userId)
            + await database.PendingLogins.CountAsync(login => login.UserId == userId)
            + await database.PasskeyChallenges.CountAsync(challenge => challenge.UserId == userId),
            await database.Users.Where(user => user.Id == userId).Select(user => user.HasSecondFactor).SingleAsync()));
    }
}
