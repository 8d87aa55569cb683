using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Btec.MigrationService.Import;

/// <summary>The lines of a file, read one after the other, so that neither a large file nor a long line takes more memory.</summary>
internal static class ImportLines
{
    /// <summary>The longest line, in bytes. The longest valid row takes about 10 KiB: 50 roles, and a name with each character
    /// escaped.</summary>
    public const int MaxBytes = 64 * 1024;

    private const byte LineFeed = (byte)'\n';

    /// <summary>Returns the lines, numbered from 1, without those that are blank.</summary>
    public static async IAsyncEnumerable<ImportLine> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: MaxBytes));
        var (number, isTooLong, isCompleted) = (0L, false, false);
        while (!isCompleted)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            isCompleted = read.IsCompleted;
            while (TryTake(ref buffer, isCompleted, out var line))
            {
                number++;
                isTooLong |= line.Length > MaxBytes;
                if (isTooLong)
                    yield return new ImportLine(number, Bytes: null);
                else if (Trim(line.ToArray(), isFirst: number == 1) is { Length: > 0 } bytes)
                    yield return new ImportLine(number, bytes);

                isTooLong = false;
            }

            // Only its end is still of interest.
            if (buffer.Length > MaxBytes)
                (isTooLong, buffer) = (true, buffer.Slice(buffer.End));

            reader.AdvanceTo(buffer.Start, read.Buffer.End);
        }

        await reader.CompleteAsync();
    }

    private static bool TryTake(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf(LineFeed) is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }

        // The last line may lack its end.
        line = buffer;
        if (!isLast || buffer.IsEmpty)
            return false;

        buffer = buffer.Slice(buffer.End);
        return true;
    }

    /// <summary>Removes surrounding white space, among it the carriage return of Windows, and the byte order mark.</summary>
    private static ReadOnlyMemory<byte> Trim(byte[] line, bool isFirst)
    {
        var bytes = line.AsMemory();
        if (isFirst && bytes.Span.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];

        return bytes.Trim(" \t\r"u8);
    }
}

/// <summary>A line of the imported file.</summary>
/// <param name="Number">The number of the line, from 1.</param>
/// <param name="Bytes">The content, or <see langword="null"/> if it was too long.</param>
internal sealed record ImportLine(long Number, ReadOnlyMemory<byte>? Bytes);
