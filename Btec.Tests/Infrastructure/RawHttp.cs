using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Btec.Tests.Infrastructure;

/// <summary>Hand-written HTTP/1.1, for requests that <see cref="HttpClient"/> refuses to send.</summary>
public static class RawHttp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Sends one request with the given header lines, and reads the whole response.</summary>
    /// <param name="requestLine">Such as <c>GET /alive HTTP/1.1</c>.</param>
    /// <param name="headerLines">Such as <c>Accept: */*</c>. Host and Connection are added.</param>
    /// <param name="body">Sent unchanged. Content-Length is not added.</param>
    public static Task<RawAnswer> SendAsync(this Uri server, string requestLine, string[] headerLines, byte[]? body = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(headerLines);
        string[] lines = [requestLine, $"Host: {server.Authority}", "Connection: close", .. headerLines, "", ""];
        return ExchangeAsync(server, [.. Encoding.Latin1.GetBytes(string.Join("\r\n", lines)), .. body ?? []]);
    }

    /// <summary>Sends raw bytes, and reads the whole response.</summary>
    public static async Task<RawAnswer> ExchangeAsync(Uri server, byte[] request)
    {
        ArgumentNullException.ThrowIfNull(server);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, timeout.Token);
        using var received = new MemoryStream();
        try
        {
            await client.GetStream().WriteAsync(request, timeout.Token);
            await client.GetStream().CopyToAsync(received, timeout.Token);
        }
        catch (IOException)
        {
            // The server may respond and close the connection before it has read everything.
        }

        return RawAnswer.Parse(received.ToArray());
    }
}

/// <summary>A response as it came over the wire.</summary>
/// <param name="Status">The status code; 0 if the server closed the connection without a response.</param>
/// <param name="Headers">The headers, in the order received.</param>
/// <param name="Body">The body, without chunk framing.</param>
public sealed record RawAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body)
{
    public string? Header(string name) =>
        Headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    internal static RawAnswer Parse(byte[] received)
    {
        var text = Encoding.UTF8.GetString(received);
        if (text.Length == 0)
            return new RawAnswer(0, [], "");

        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = text[..end].Split("\r\n");
        var headers = head[1..].Select(line => line.Split(": ", 2)).Select(pair => KeyValuePair.Create(pair[0], pair[^1])).ToList();
        var answer = new RawAnswer(int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, text[(end + 4)..]);
        return answer.Header("Transfer-Encoding") == "chunked"
            ? answer with { Body = Dechunk(received.AsSpan(received.AsSpan().IndexOf("\r\n\r\n"u8) + 4)) }
            : answer;
    }

    private static string Dechunk(ReadOnlySpan<byte> chunks)
    {
        var body = new List<byte>();
        while (chunks.IndexOf("\r\n"u8) is var lineEnd and > 0
            && int.TryParse(chunks[..lineEnd], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var size) && size > 0)
        {
            body.AddRange(chunks.Slice(lineEnd + 2, size));
            chunks = chunks[(lineEnd + 2 + size + 2)..];
        }

        return Encoding.UTF8.GetString([.. body]);
    }
}
