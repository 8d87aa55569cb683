using System.Buffers.Binary;

namespace Btec.Tests.Infrastructure;

/// <summary>The messages that clients send to PostgreSQL (sections 54.2 and 54.7 of its manual).</summary>
internal static class PostgresMessage
{
    private const int CancelRequestCode = 80877102;

    /// <summary>Reads the first message of a connection, which has no type.</summary>
    public static Task<byte[]> ReadFirstAsync(Stream client, CancellationToken cancellationToken) =>
        ReadAsync(client, typeLength: 0, cancellationToken);

    /// <summary>Reads any later message. Its first byte is its type.</summary>
    public static Task<byte[]> ReadAsync(Stream client, CancellationToken cancellationToken) =>
        ReadAsync(client, typeLength: 1, cancellationToken);

    /// <summary>Returns whether the first message of a connection cancels a statement of another.</summary>
    public static bool IsCancelRequest(byte[] first) => BinaryPrimitives.ReadInt32BigEndian(first.AsSpan(sizeof(int))) == CancelRequestCode;

    /// <summary>Returns whether a message is a statement without parameters that begins with a text.</summary>
    public static bool IsQuery(byte[] message, ReadOnlySpan<byte> text) =>
        message[0] == 'Q' && message.AsSpan(1 + sizeof(int)).StartsWith(text);

    private static async Task<byte[]> ReadAsync(Stream client, int typeLength, CancellationToken cancellationToken)
    {
        var header = new byte[typeLength + sizeof(int)];
        await client.ReadExactlyAsync(header, cancellationToken);
        var message = new byte[typeLength + BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(typeLength))];
        header.CopyTo(message, 0);
        await client.ReadExactlyAsync(message.AsMemory(header.Length), cancellationToken);
        return message;
    }
}
