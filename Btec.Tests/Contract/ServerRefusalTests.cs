using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Btec.Api.Platform.Http;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Contract;

/// <summary>Requests that the server itself refuses, before any route is found.</summary>
public sealed class ServerRefusalTests(SqliteApi shared)
{
    private static readonly string[] SecurityHeaders =
    [
        "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Content-Security-Policy", "Permissions-Policy",
        "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
    ];

    private readonly Uri _server = shared.Api.CreateClient().BaseAddress!;

    public static TheoryData<string, int, string> Requests => new()
    {
        { "GARBAGE\r\n\r\n", 400, "malformed_request" },
        { "GET /alive HTTP/1.1\r\n\r\n", 400, "malformed_request" },
        { "GET /alive HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "malformed_request" },
        { "GET /alive HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n", 400, "malformed_request" },
        { "GET /alive HTTP/1.1\r\nHost: a\r\nX-A: a\0b\r\n\r\n", 400, "malformed_request" },
        { "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed_request" },
        { "POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400, "malformed_request" },
        { "POST /api/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400, "malformed_request" },
        { $"GET /{new string('a', 9_000)} HTTP/1.1\r\nHost: a\r\n\r\n", 414, "uri_too_long" },
        { $"GET /alive HTTP/1.1\r\nHost: a\r\nX-A: {new string('a', 40_000)}\r\n\r\n", 431, "headers_too_large" },
        { $"GET /alive HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Repeat("X-A: a\r\n", 100))}\r\n", 431, "headers_too_large" },
        { "GET /alive HTTP/9.9\r\nHost: a\r\n\r\n", 505, "malformed_request" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task It_gets_a_problem_and_the_security_headers(string request, int status, string code) =>
        AssertRefused(await RawHttp.ExchangeAsync(_server, Encoding.Latin1.GetBytes(request)), status, code);

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task So_does_the_second_request_on_a_connection(string request, int status, string code)
    {
        const string First = "HEAD /alive HTTP/1.1\r\nHost: a\r\n\r\n";
        using var client = new TcpClient();
        await client.ConnectAsync(_server.Host, _server.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(First), TestContext.Current.CancellationToken);
        await ReadUntilAsync(client.GetStream(), "\r\n\r\n");
        using var received = new MemoryStream();
        try
        {
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
            await client.GetStream().CopyToAsync(received, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The server closes the connection without having read everything.
        }

        AssertRefused(RawAnswer.Parse(received.ToArray()), status, code);
    }

    [Fact]
    public async Task A_method_that_the_server_does_not_allow_for_an_asterisk_is_told_which_one_is()
    {
        var answer = await RawHttp.ExchangeAsync(_server, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());

        AssertRefused(answer, 405, "method_not_allowed");
        Assert.Equal("OPTIONS", answer.Header("Allow"));
    }

    [Fact]
    public void A_refusal_that_cannot_be_answered_is_left_to_the_server()
    {
        var features = new FeatureCollection();
        features.Set<IBadRequestExceptionFeature>(new BrokenFeature());
        using var logs = new CollectedLogs();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        var refusals = new ServerRefusals(_ => Task.CompletedTask, shared.Api.Services, factory.CreateLogger<ServerRefusals>());

        refusals.OnNext(new KeyValuePair<string, object?>("event", features));

        Assert.Contains("(NotSupportedException)", Assert.Single(logs.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HEAD_gets_no_body()
    {
        var answer = await RawHttp.ExchangeAsync(_server, "HEAD /alive HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"u8.ToArray());

        Assert.Equal((400, ""), (answer.Status, answer.Body));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
    }

    private static void AssertRefused(RawAnswer answer, int status, string code)
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal("application/problem+json", answer.Header("Content-Type"));
        Assert.Equal("close", answer.Header("Connection"));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal(answer.Header("Content-Length"), $"{Encoding.UTF8.GetByteCount(answer.Body)}");
        Assert.Null(answer.Header("Server"));
        Assert.All(SecurityHeaders, name => Assert.NotNull(answer.Header(name)));
        var problem = JsonSerializer.Deserialize<JsonElement>(answer.Body);
        Assert.Equal(["code", "detail", "status", "title", "trace_id", "type"], ApiMoves.NamesOf(problem));
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Matches("^[0-9a-f]{32}$", problem.GetProperty("trace_id").GetString());
    }

    private static async Task ReadUntilAsync(NetworkStream stream, string text)
    {
        var received = new StringBuilder();
        var buffer = new byte[4096];
        while (!received.ToString().Contains(text, StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, count);
            received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }

    private sealed class BrokenFeature : IBadRequestExceptionFeature
    {
        public Exception? Error => throw new NotSupportedException();
    }
}
