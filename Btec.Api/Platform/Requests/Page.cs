using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Btec.Api.Platform.Requests;

/// <summary>A page of a list.</summary>
public sealed record Page<T>
{
    /// <summary>The items, newest first.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>The cursor of the next page, or null on the last page.</summary>
    public required string? NextCursor { get; init; }
}

/// <summary>The cursor of keyset paging: the key of the last item of the previous page. Every page costs the same, and no item is
/// missed or repeated while the list grows.</summary>
internal static class PageCursor
{
    /// <summary>The default number of items of a page.</summary>
    public const int DefaultLimit = 50;

    /// <summary>The largest number of items of a page.</summary>
    public const int MaxLimit = 100;

    /// <summary>The fault of an invalid cursor.</summary>
    public const string Fault = "Must be the next_cursor of the previous page.";

    public static string Write(int id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, id);
        return Base64Url.EncodeToString(bytes);
    }

    public static string Write(DateTimeOffset moment, Guid id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + 16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, moment.UtcTicks);
        id.TryWriteBytes(bytes[sizeof(long)..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    public static string Write(DateTimeOffset moment, string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var bytes = new byte[sizeof(long) + Encoding.UTF8.GetByteCount(id)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, moment.UtcTicks);
        Encoding.UTF8.GetBytes(id, bytes.AsSpan(sizeof(long)));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads the id in a cursor. Returns <see langword="null"/> if the cursor is invalid.</summary>
    public static int? ReadId(string cursor)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        return TryRead(cursor, bytes) && BinaryPrimitives.ReadInt32BigEndian(bytes) is var id and > 0 ? id : null;
    }

    /// <summary>Reads the time and the id in a cursor. Returns <see langword="null"/> if the cursor is invalid.</summary>
    public static (DateTimeOffset Moment, Guid Id)? ReadMoment(string cursor)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + 16];
        return TryRead(cursor, bytes)
            && BinaryPrimitives.ReadInt64BigEndian(bytes) is var ticks
            && ticks >= DateTimeOffset.MinValue.UtcTicks && ticks <= DateTimeOffset.MaxValue.UtcTicks
                ? (new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes[sizeof(long)..], bigEndian: true))
                : null;
    }

    /// <summary>Reads the time and the name in a cursor. Returns <see langword="null"/> if the cursor is invalid.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <param name="maxLength">The maximum length of the name, in characters, all of which are ASCII.</param>
    public static (DateTimeOffset Moment, string Name)? ReadNamedMoment(string cursor, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        var bytes = new byte[sizeof(long) + maxLength];
        if (cursor.Length > Base64Url.GetEncodedLength(bytes.Length)
            || Base64Url.DecodeFromChars(cursor, bytes, out _, out var written) != OperationStatus.Done || written <= sizeof(long))
            return null;

        var name = bytes.AsSpan(sizeof(long)..written);
        return BinaryPrimitives.ReadInt64BigEndian(bytes) is var ticks
            && ticks >= DateTimeOffset.MinValue.UtcTicks && ticks <= DateTimeOffset.MaxValue.UtcTicks
            && !name.ContainsAnyExceptInRange((byte)'!', (byte)'~')
                ? (new DateTimeOffset(ticks, TimeSpan.Zero), Encoding.ASCII.GetString(name))
                : null;
    }

    private static bool TryRead(string cursor, Span<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        return cursor.Length == Base64Url.GetEncodedLength(bytes.Length)
            && Base64Url.DecodeFromChars(cursor, bytes, out _, out var written) == OperationStatus.Done && written == bytes.Length;
    }
}
