using System.Buffers;

namespace Btec.Api.Requests;

/// <summary>The whole body of a request, which the server has bounded.</summary>
internal static class RequestBytes
{
    /// <exception cref="BadHttpRequestException">The body is too large, too slow or breaks a rule of HTTP.</exception>
    public static async ValueTask<byte[]> ReadAsync(HttpContext context)
    {
        var body = context.Request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync(context.RequestAborted);
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                body.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
