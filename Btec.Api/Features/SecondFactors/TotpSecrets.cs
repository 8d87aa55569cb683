using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.SecondFactors;

/// <summary>The encryption of the secrets of authenticator applications.</summary>
internal sealed partial class TotpSecrets(DerivedKeys keys, ILogger<TotpSecrets> logger)
{
    private readonly RowEncryption _encryption = new(keys.TotpEncryption);

    /// <summary>Encrypts a secret for the row with this id.</summary>
    public byte[] Seal(ReadOnlySpan<byte> secret, Guid id) => _encryption.Seal(secret, id.ToString("D"));

    /// <summary>Decrypts the secret of a factor.</summary>
    /// <returns>The secret, or <see langword="null"/> if it was encrypted under a key that is not configured. Then no code of the
    /// authenticator is right; the user's other factors and recovery codes still work.</returns>
    public byte[]? Find(TotpFactor factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        var secret = _encryption.Open(factor.EncryptedSecret, factor.Id.ToString("D"));
        if (secret is null)
            LogUnreadable(factor.Id, factor.UserId);

        return secret;
    }

    [LoggerMessage(
        LogLevel.Error,
        "The secret of authenticator {FactorId} of user {UserId} was encrypted under another Jwt:SigningKey. Add that to Jwt:PreviousSigningKeys, or remove the factor.")]
    private partial void LogUnreadable(Guid factorId, int userId);
}
