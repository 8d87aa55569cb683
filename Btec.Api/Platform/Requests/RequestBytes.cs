using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Primitives;

namespace Btec.Api.Platform.Requests;

/// <summary>Reads whole request bodies.</summary>
internal static class RequestBytes
{
    /// <summary>The maximum length of a request body, in bytes (docs/contract.md).</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>The only content coding of bodies: none (RFC 9110 section 12.5.3).</summary>
    private const string Identity = "identity";

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="BadHttpRequestException">The body is compressed, too large, arrives too slowly or is malformed
    /// HTTP.</exception>
    public static async ValueTask<byte[]> ReadAsync(HttpContext context)
    {
        if (!IsPlain(context.Request.Headers.ContentEncoding))
        {
            context.Response.Headers.AcceptEncoding = Identity;
            throw new BadHttpRequestException("The body is compressed.", StatusCodes.Status415UnsupportedMediaType);
        }

        if (context.Request.ContentLength > MaxLength)
            throw TooLarge();

        var body = context.Request.BodyReader;
        while (true)
        {
            var read = await ReadPartAsync(body, context.RequestAborted);
            if (read.Buffer.Length > MaxLength)
            {
                body.AdvanceTo(read.Buffer.End);
                throw TooLarge();
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                body.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static bool IsPlain(StringValues contentEncoding) =>
        StringValues.IsNullOrEmpty(contentEncoding)
        || string.Equals(contentEncoding, Identity, StringComparison.OrdinalIgnoreCase);

    private static async ValueTask<ReadResult> ReadPartAsync(PipeReader body, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(cancellationToken);
        }
        // Kestrel throws this when a chunk size overflows, and when the connection breaks, where no answer can arrive.
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw new BadHttpRequestException(
                "The framing of the body does not match its headers.", StatusCodes.Status400BadRequest, exception);
        }
    }

    private static BadHttpRequestException TooLarge() =>
        new("The body is too large.", StatusCodes.Status413PayloadTooLarge);
}
