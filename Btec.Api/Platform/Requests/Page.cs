using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace Btec.Api.Platform.Requests;

/// <summary>One page of a list.</summary>
public sealed record Page<T>
{
    /// <summary>The items, the newest first.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>What to send as cursor for the next page; null on the last one.</summary>
    public required string? NextCursor { get; init; }
}

/// <summary>The place in a list after which a page begins: the key of the last item of the page before, so that a page costs the
/// same wherever it is, and nothing is missed or shown twice when the list grows.</summary>
public static class PageCursor
{
    /// <summary>Items of a page, where the caller does not say.</summary>
    public const int DefaultLimit = 50;

    /// <summary>Items of a page at most.</summary>
    public const int MaxLimit = 100;

    /// <summary>What is said of a cursor that is none.</summary>
    public const string Fault = "This parameter is the next_cursor of the page before.";

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

    /// <summary>The id in a cursor, or <see langword="null"/> if it is none.</summary>
    public static int? ReadId(string cursor)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        return TryRead(cursor, bytes) && BinaryPrimitives.ReadInt32BigEndian(bytes) is var id and > 0 ? id : null;
    }

    /// <summary>The moment and the id in a cursor, or <see langword="null"/> if it is none.</summary>
    public static (DateTimeOffset Moment, Guid Id)? ReadMoment(string cursor)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + 16];
        return TryRead(cursor, bytes)
            && BinaryPrimitives.ReadInt64BigEndian(bytes) is var ticks
            && ticks >= DateTimeOffset.MinValue.UtcTicks && ticks <= DateTimeOffset.MaxValue.UtcTicks
                ? (new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes[sizeof(long)..], bigEndian: true))
                : null;
    }

    private static bool TryRead(string cursor, Span<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        return cursor.Length == Base64Url.GetEncodedLength(bytes.Length)
            && Base64Url.DecodeFromChars(cursor, bytes, out _, out var written) == OperationStatus.Done && written == bytes.Length;
    }
}
