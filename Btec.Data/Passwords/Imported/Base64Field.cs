namespace Btec.Data.Passwords.Imported;

/// <summary>Fields of a hash in base64, with or without its padding (RFC 4648 section 4).</summary>
internal static class Base64Field
{
    /// <summary>Reads a field of a bounded length, in bytes.</summary>
    /// <returns>The bytes, or <see langword="null"/> if they are malformed, fewer or more.</returns>
    public static byte[]? Read(ReadOnlySpan<char> field, int min, int max)
    {
        field = field.TrimEnd('=');
        var length = (field.Length + 3) / 4 * 4;
        if (length > (max + 2) / 3 * 4)
            return null;

        Span<char> padded = stackalloc char[length];
        padded.Fill('=');
        field.CopyTo(padded);
        var bytes = new byte[length / 4 * 3];
        return Convert.TryFromBase64Chars(padded, bytes, out var count) && count >= min && count <= max ? bytes[..count] : null;
    }
}
