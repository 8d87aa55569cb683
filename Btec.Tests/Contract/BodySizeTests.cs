using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class BodySizeTests(SharedApi shared)
{
    private const int MaxBytes = 65_536;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : BodySizeTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : BodySizeTests(shared);

    public enum Framing
    {
        ContentLength,
        Chunked,
    }

    [Theory]
    [InlineData(Framing.ContentLength)]
    [InlineData(Framing.Chunked)]
    public async Task JSON_of_64_KiB_is_accepted_and_one_more_byte_is_refused(Framing framing)
    {
        using var largest = await PostAsync("/api/auth/register", "application/json", Json(MaxBytes), framing);
        using var tooLarge = await PostAsync("/api/auth/register", "application/json", Json(MaxBytes + 1), framing);

        Assert.Equal(HttpStatusCode.Created, largest.StatusCode);
        await tooLarge.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Theory]
    [InlineData(Framing.ContentLength)]
    [InlineData(Framing.Chunked)]
    public async Task A_form_of_64_KiB_is_accepted_and_one_more_byte_is_refused(Framing framing)
    {
        const string FormType = "application/x-www-form-urlencoded";
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);

        using var largest = await PostAsync("/api/auth/login", FormType, Form(email, MaxBytes), framing);
        using var tooLarge = await PostAsync("/api/auth/login", FormType, Form(email, MaxBytes + 1), framing);

        Assert.Equal(HttpStatusCode.OK, largest.StatusCode);
        await tooLarge.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Theory]
    [InlineData(Framing.ContentLength)]
    [InlineData(Framing.Chunked)]
    public async Task A_multipart_form_over_64_KiB_is_refused(Framing framing)
    {
        var body = $"--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\n{new string('a', MaxBytes)}\r\n--x--\r\n";

        using var response = await PostAsync(
            "/api/auth/login", "multipart/form-data; boundary=x", Encoding.ASCII.GetBytes(body), framing);

        await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Fact]
    public async Task A_body_that_announces_gigabytes_is_refused_before_it_is_sent()
    {
        var answer = await _client.BaseAddress!.SendAsync(
            "POST /api/auth/register HTTP/1.1", ["Content-Type: application/json", "Content-Length: 4294967296"]);

        Assert.Equal(413, answer.Status);
        Assert.Contains("body_too_large", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_of_32768_fields_is_read_and_validated()
    {
        var form = string.Concat(Enumerable.Repeat("a&", MaxBytes / 2));

        using var response = await PostAsync(
            "/api/auth/login", "application/x-www-form-urlencoded", Encoding.ASCII.GetBytes(form), Framing.ContentLength);

        await response.AssertRefusedMembersAsync("username", "password");
    }

    private static byte[] Json(int size)
    {
        var json = $$"""{"email": "{{ApiMoves.NewEmail()}}", "password": "{{ApiMoves.Password}}", "x": "PAD"}""";
        return Encoding.ASCII.GetBytes(json.Replace("PAD", new string('x', size - json.Length + 3), StringComparison.Ordinal));
    }

    private static byte[] Form(string email, int size)
    {
        var form = $"username={email}&password={Uri.EscapeDataString(ApiMoves.Password)}&x=";
        return Encoding.ASCII.GetBytes(form + new string('x', size - form.Length));
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string contentType, byte[] body, Framing framing)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TransferEncodingChunked = framing == Framing.Chunked;
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
