using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Btec.Api.Features.Pages;

/// <summary>The body of a response, compressed once for each encoding, when a client first asks for it.</summary>
internal sealed class PageBody
{
    public const string Brotli = "br";
    public const string Gzip = "gzip";

    /// <summary>The quality of Brotli (RFC 7932), of 0 to 11: 11 takes ten times as long for a few percent.</summary>
    private const int BrotliQuality = 9;

    /// <summary>The base-2 logarithm of the window of Brotli, of 10 to 24. No file of the pages is larger than 256 KiB.</summary>
    private const int BrotliWindow = 18;

    private readonly byte[] _bytes;
    private readonly Lazy<byte[]> _brotli;
    private readonly Lazy<byte[]> _gzip;

    public PageBody(byte[] bytes)
    {
        _bytes = bytes;
        Hash = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8));
        _brotli = new Lazy<byte[]>(() => CompressWithBrotli(bytes));
        _gzip = new Lazy<byte[]>(() => CompressWithGzip(bytes));
    }

    public PageBody(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>Gets the first 64 bits of the SHA-256 of the content, in hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>Returns the bytes in an encoding.</summary>
    /// <param name="encoding"><see cref="Brotli"/>, <see cref="Gzip"/> or <see langword="null"/>.</param>
    public byte[] Get(string? encoding) => encoding switch
    {
        Brotli => _brotli.Value,
        Gzip => _gzip.Value,
        _ => _bytes,
    };

    /// <summary>Returns the entity tag, which differs between encodings (RFC 9110 section 8.8.3.3).</summary>
    public EntityTagHeaderValue GetTag(string? encoding) => new(encoding is null ? $"\"{Hash}\"" : $"\"{Hash}-{encoding}\"");

    private static byte[] CompressWithBrotli(byte[] bytes)
    {
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        return BrotliEncoder.TryCompress(bytes, compressed, out var length, BrotliQuality, BrotliWindow) ? compressed[..length] : bytes;
    }

    private static byte[] CompressWithGzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
            gzip.Write(bytes);

        return compressed.ToArray();
    }
}
