using System.Security.Cryptography;
using System.Text;

namespace Btec.Data.Keys;

/// <summary>The encryption of values that the database stores but must not reveal.</summary>
/// <remarks>AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D section 8.2.2), bound to the id of the row, so that
/// values of two rows cannot be swapped. Layout: nonce, ciphertext, tag.</remarks>
public sealed class RowEncryption(byte[] key)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public byte[] Seal(ReadOnlySpan<byte> clear, string rowId) => Seal(clear, Encoding.ASCII.GetBytes(rowId));

    /// <summary>Encrypts a value and authenticates other data of its row with it.</summary>
    public byte[] Seal(ReadOnlySpan<byte> clear, ReadOnlySpan<byte> associated)
    {
        var result = new byte[NonceBytes + clear.Length + TagBytes];
        var span = result.AsSpan();
        RandomNumberGenerator.Fill(span[..NonceBytes]);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(span[..NonceBytes], clear, span[NonceBytes..^TagBytes], span[^TagBytes..], associated);
        return result;
    }

    /// <summary>Decrypts a value. Returns <see langword="null"/> if it was encrypted under another secret or for another
    /// row.</summary>
    public byte[]? Open(ReadOnlySpan<byte> content, string rowId) => Open(content, Encoding.ASCII.GetBytes(rowId));

    /// <summary>Decrypts a value. Returns <see langword="null"/> if it was encrypted under another secret, or with other
    /// associated data.</summary>
    public byte[]? Open(ReadOnlySpan<byte> content, ReadOnlySpan<byte> associated)
    {
        if (content.Length < NonceBytes + TagBytes)
            return null;

        var clear = new byte[content.Length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(content[..NonceBytes], content[NonceBytes..^TagBytes], content[^TagBytes..], clear, associated);
            return clear;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
