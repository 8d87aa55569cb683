using System.Security.Cryptography;
using Btec.Api.Features.SecondFactors;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Infrastructure;

/// <summary>A confirmed authenticator application of a user, whose row is written without the API.</summary>
public sealed class StoredAuthenticator
{
    private readonly BtecApi _api;
    private readonly byte[] _secret;

    private StoredAuthenticator(BtecApi api, byte[] secret) => (_api, _secret) = (api, secret);

    /// <summary>The code that the application shows now.</summary>
    public string Code => CodeAfter(TimeSpan.Zero);

    /// <summary>The code that it shows 30 seconds later, which is accepted now and counts as later than <see cref="Code"/>.</summary>
    public string NextCode => CodeAfter(TimeSpan.FromSeconds(Totp.StepSeconds));

    /// <summary>A code that none of the steps around the present has.</summary>
    public string WrongCode => Enumerable.Range(0, 9).Select(number => $"12345{number}")
        .First(code => Totp.FindStep(_secret, code, _api.Clock.GetUtcNow()) is null);

    /// <summary>Stores an authenticator of a user.</summary>
    public static async Task<StoredAuthenticator> AddAsync(BtecApi api, int userId)
    {
        ArgumentNullException.ThrowIfNull(api);
        var (id, secret) = (Guid.CreateVersion7(), RandomNumberGenerator.GetBytes(Totp.SecretBytes));
        await api.WithDatabaseAsync(async database =>
        {
            database.TotpFactors.Add(new TotpFactor
            {
                Id = id,
                UserId = userId,
                EncryptedSecret = api.Services.GetRequiredService<TotpSecrets>().Seal(secret, id),
                CreatedAt = api.Clock.GetUtcNow(),
                ConfirmedAt = api.Clock.GetUtcNow(),
            });
            (await database.Users.SingleAsync(user => user.Id == userId)).HasSecondFactor = true;
            return await database.SaveChangesAsync();
        });
        return new StoredAuthenticator(api, secret);
    }

    /// <summary>Returns the code that the application shows after a time, or showed before.</summary>
    public string CodeAfter(TimeSpan time) => Totp.CodeOf(_secret, Totp.StepOf(_api.Clock.GetUtcNow() + time));
}
