using System.Security.Cryptography;
using System.Text;

namespace Btec.Data.Keys;

/// <summary>The encryption of values that the database stores but must not reveal.</summary>
/// <remarks>AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D section 8.2.2), bound to the id of the row, so that
/// values of two rows cannot be swapped. Layout: key id, nonce, ciphertext, tag. The key id is authenticated too. Values from before
/// key ids begin with the nonce.</remarks>
public sealed class RowEncryption
{
    /// <summary>The length of a key id, in bytes. With 64 bits, neither the ids of two keys nor a key id and a random nonce are
    /// the same by chance.</summary>
    private const int KeyIdBytes = 8;

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly Key[] _keys;

    /// <param name="keys">The keys: the first encrypts, each decrypts.</param>
    public RowEncryption(IReadOnlyList<byte[]> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _keys = [.. keys.Select(key => new Key(IdOf(key), key))];
    }

    public byte[] Seal(ReadOnlySpan<byte> clear, string rowId) => Seal(clear, Encoding.ASCII.GetBytes(rowId));

    /// <summary>Encrypts a value under the current key and authenticates other data of its row with it.</summary>
    public byte[] Seal(ReadOnlySpan<byte> clear, ReadOnlySpan<byte> associated)
    {
        var result = new byte[KeyIdBytes + NonceBytes + clear.Length + TagBytes];
        _keys[0].Id.CopyTo(result, 0);
        var span = result.AsSpan(KeyIdBytes);
        RandomNumberGenerator.Fill(span[..NonceBytes]);
        using var aes = new AesGcm(_keys[0].Bytes, TagBytes);
        aes.Encrypt(
            span[..NonceBytes], clear, span[NonceBytes..^TagBytes], span[^TagBytes..], [.. _keys[0].Id, .. associated]);
        return result;
    }

    /// <summary>Decrypts a value. Returns <see langword="null"/> if it was encrypted under a secret that is not configured, or for
    /// another row.</summary>
    public byte[]? Open(ReadOnlySpan<byte> content, string rowId) => Open(content, Encoding.ASCII.GetBytes(rowId));

    /// <summary>Decrypts a value. Returns <see langword="null"/> if it was encrypted under a secret that is not configured, or with
    /// other associated data.</summary>
    public byte[]? Open(ReadOnlySpan<byte> content, ReadOnlySpan<byte> associated) => Open(_keys, content, associated);

    /// <inheritdoc cref="Renew(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public byte[]? Renew(ReadOnlySpan<byte> content, string rowId) => Renew(content, Encoding.ASCII.GetBytes(rowId));

    /// <summary>Encrypts a value anew under the current key. Returns <see langword="null"/> if the current key has encrypted it
    /// already, or if <see cref="Open(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/> could not decrypt it.</summary>
    public byte[]? Renew(ReadOnlySpan<byte> content, ReadOnlySpan<byte> associated)
    {
        if (Open(_keys.AsSpan(1), content, associated) is not { } clear)
            return null;

        var renewed = Seal(clear, associated);
        CryptographicOperations.ZeroMemory(clear);
        return renewed;
    }

    private static byte[]? Open(ReadOnlySpan<Key> keys, ReadOnlySpan<byte> content, ReadOnlySpan<byte> associated)
    {
        foreach (var key in keys)
        {
            var clear = content.StartsWith(key.Id)
                ? Decrypt(key, content[KeyIdBytes..], [.. key.Id, .. associated])
                : Decrypt(key, content, associated);
            if (clear is not null)
                return clear;
        }

        return null;
    }

    private static byte[]? Decrypt(Key key, ReadOnlySpan<byte> content, ReadOnlySpan<byte> associated)
    {
        if (content.Length < NonceBytes + TagBytes)
            return null;

        var clear = new byte[content.Length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(key.Bytes, TagBytes);
            aes.Decrypt(content[..NonceBytes], content[NonceBytes..^TagBytes], content[^TagBytes..], clear, associated);
            return clear;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Derives the id of a key, which says nothing about the key (RFC 5869).</summary>
    private static byte[] IdOf(byte[] key) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeyIdBytes, info: "btec key id 1"u8.ToArray());

    private sealed record Key(byte[] Id, byte[] Bytes)
    {
        /// <summary>Returns the name of the type: the bytes are a secret.</summary>
        public override string ToString() => nameof(Key);
    }
}
