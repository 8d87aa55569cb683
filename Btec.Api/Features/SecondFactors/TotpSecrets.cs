using System.Security.Cryptography;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.SecondFactors;

/// <summary>The encryption of the secrets of authenticator applications.</summary>
internal sealed class TotpSecrets(DerivedKeys keys)
{
    private readonly RowEncryption _encryption = new(keys.TotpEncryption);

    /// <summary>Encrypts a secret for the row with this id.</summary>
    public byte[] Seal(ReadOnlySpan<byte> secret, Guid id) => _encryption.Seal(secret, id.ToString("D"));

    /// <summary>Decrypts the secret of a factor.</summary>
    /// <exception cref="CryptographicException">The secret was encrypted under a key that is not configured.</exception>
    public byte[] Open(TotpFactor factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        return _encryption.Open(factor.EncryptedSecret, factor.Id.ToString("D"))
            ?? throw new CryptographicException("The secret of an authenticator was encrypted under another Jwt:SigningKey.");
    }
}
