using System.Net;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>Broken multipart forms, and bodies whose framing is wrong.</summary>
public abstract class MalformedRequestTests(SharedApi shared)
{
    private const string Register = "/api/auth/register";
    private const string Login = "/api/auth/login";
    private const string Token = "/api/auth/token";
    private const string MultipartType = "multipart/form-data; boundary=x";
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : MalformedRequestTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : MalformedRequestTests(shared);

    [Theory]
    [InlineData(MultipartType, "")]
    [InlineData(MultipartType, "garbage")]
    [InlineData(MultipartType, "--x")]
    [InlineData(MultipartType, "--x\r\n")]
    [InlineData(MultipartType, "--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nada@example.com")]
    [InlineData(MultipartType, "--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nada\r\n--x")]
    [InlineData(MultipartType, "--x\r\n\r\nno disposition\r\n--x--\r\n")]
    [InlineData(MultipartType, "--x\r\nContent-Disposition\r\n\r\nno colon\r\n--x--\r\n")]
    [InlineData(MultipartType, "--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nÿ\r\n--x--\r\n")]
    [InlineData("multipart/form-data", "--x--\r\n")]
    [InlineData("multipart/form-data; boundary=", "--x--\r\n")]
    [InlineData("multipart/form-data; boundary=\"\"", "----\r\n")]
    [InlineData("multipart/form-data; boundary=LONG", "--x--\r\n")]
    public async Task A_broken_multipart_form_is_malformed(string contentType, string body)
    {
        using var response = await _client.PostBytesAsync(
            Login, Encoding.Latin1.GetBytes(body), contentType.Replace("LONG", new string('x', 5_000), StringComparison.Ordinal));

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "malformed_body");
    }

    [Fact]
    public async Task A_file_is_not_a_field()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("ada@example.com"), "username", "a.txt" },
            { new StringContent(ApiMoves.Password), "password" },
        };

        using var response = await _client.PostAsync(Login, form, TestContext.Current.CancellationToken);

        await response.AssertRefusedMembersAsync("username");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("br")]
    [InlineData("identity, gzip")]
    [InlineData("x")]
    public async Task A_compressed_body_is_an_unsupported_media_type(string encoding)
    {
        foreach (var (route, type) in new[]
        {
            (Register, "application/json"), (Login, "application/x-www-form-urlencoded"), (Login, MultipartType), (Token, "application/x-www-form-urlencoded"),
        })
        {
            using var content = new ByteArrayContent([0x1F, 0x8B]);
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

            using var response = await _client.PostAsync(route, content, TestContext.Current.CancellationToken);

            await response.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
            Assert.Equal("identity", response.Headers.GetValues("Accept-Encoding").Single());
        }
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("Identity")]
    [InlineData("")]
    public async Task A_body_that_says_it_is_not_compressed_is_read(string encoding)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

        using var response = await _client.PostAsync(Register, content, TestContext.Current.CancellationToken);

        await response.AssertRefusedMembersAsync("email", "password");
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked", "zz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "2\r\n{}2\r\n")]
    [InlineData("Transfer-Encoding: chunked", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Content-Length: -1", "{}")]
    [InlineData("Content-Length: x", "{}")]
    [InlineData("Content-Length: 99999999999999999999", "{}")]
    [InlineData("Transfer-Encoding: gzip", "{}")]
    [Asvs("4.2.1")]
    public async Task A_wrongly_framed_body_is_a_client_error(string header, string body)
    {
        foreach (var (route, type) in new[] { (Register, "application/json"), (Login, "application/x-www-form-urlencoded") })
        {
            var answer = await _client.BaseAddress!.SendAsync(
                $"POST {route} HTTP/1.1", [$"Content-Type: {type}", header], Encoding.ASCII.GetBytes(body));

            Assert.InRange(answer.Status, 400, 499);
            Assert.Null(answer.Header("Server"));
            Assert.Equal("application/problem+json", answer.Header("Content-Type"));
        }
    }
}
