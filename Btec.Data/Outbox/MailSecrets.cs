using System.Text.Json;
using Btec.Data.Keys;

namespace Btec.Data.Outbox;

/// <summary>The encryption of mails in the outbox: a link is as good as a password.</summary>
public sealed class MailSecrets(DerivedKeys keys)
{
    private readonly RowEncryption _box = new(keys.MailEncryption);

    public byte[] Seal(MailValues values, Guid mailId) =>
        _box.Seal(JsonSerializer.SerializeToUtf8Bytes(values), mailId.ToString("N"));

    /// <summary>Decrypts the values. Returns <see langword="null"/> if they were encrypted under a secret that is neither
    /// <c>Jwt:SigningKey</c> nor one of <c>Jwt:PreviousSigningKeys</c>.</summary>
    public MailValues? Open(byte[] content, Guid mailId) =>
        _box.Open(content, mailId.ToString("N")) is { } clear ? JsonSerializer.Deserialize<MailValues>(clear) : null;
}
