using System.Net;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

[Asvs("1.5.2")]
public abstract class MalformedJsonTests(SharedApi shared)
{
    private const string Register = "/api/auth/register";
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : MalformedJsonTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : MalformedJsonTests(shared);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{\"email\"")]
    [InlineData("{\"email\":")]
    [InlineData("{\"email\": \"ada@example.com\"")]
    [InlineData("{\"email\": \"ada@example.com\", }")]
    [InlineData("{\"email\": \"ada@example.com\",, \"password\": \"x\"}")]
    [InlineData("{\"email\": \"ada@example.com\" \"password\": \"x\"}")]
    [InlineData("{\"email\": \"ada@example.com\"} {}")]
    [InlineData("{\"email\": \"ada@example.com\"} x")]
    [InlineData("{\"email\": \"ada@example.com\"}\0")]
    [InlineData("{email: \"ada@example.com\"}")]
    [InlineData("{'email': 'ada@example.com'}")]
    [InlineData("{\"email\": \"ada@example.com\" // a comment\n}")]
    [InlineData("{\"email\": /* a comment */ \"ada@example.com\"}")]
    [InlineData("{\"email\": NaN}")]
    [InlineData("{\"email\": Infinity}")]
    [InlineData("{\"email\": -Infinity}")]
    [InlineData("{\"email\": undefined}")]
    [InlineData("{\"email\": True}")]
    [InlineData("{\"email\": 01}")]
    [InlineData("{\"email\": .5}")]
    [InlineData("{\"email\": 0x1}")]
    [InlineData("{\"email\": \"\t\"}")]
    [InlineData("{\"email\": \"line\nbreak\"}")]
    [InlineData("{\"email\": \"nul\0\"}")]
    [InlineData("{\"email\": \"\\x41\"}")]
    [InlineData("{\"email\": \"\\u12\"}")]
    [InlineData("{\"email\": \"unclosed}")]
    [InlineData("[1, 2")]
    [InlineData("nul")]
    [InlineData("email=ada%40example.com&password=x")]
    [InlineData("<user><email>ada@example.com</email></user>")]
    [InlineData(")]}',\n{}")]
    public async Task Invalid_JSON_is_malformed(string body) => await AssertMalformedAsync(Encoding.UTF8.GetBytes(body));

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    public async Task JSON_nested_too_deeply_is_malformed(int depth)
    {
        var (open, close) = (string.Concat(Enumerable.Repeat("[", depth)), string.Concat(Enumerable.Repeat("]", depth)));

        await AssertMalformedAsync(Encoding.UTF8.GetBytes(open + close));
        await AssertMalformedAsync(Encoding.UTF8.GetBytes($$"""{"x": {{open}}{{close}}}"""));
        await AssertMalformedAsync(Encoding.UTF8.GetBytes($$"""{"email": {{open}}"""));
    }

    [Theory]
    [InlineData("email")]
    [InlineData("password")]
    [InlineData("unknown")]
    public async Task Invalid_UTF8_is_malformed_in_any_member(string member)
    {
        byte[][] notUtf8 =
        [
            [0xFF], [0xC3, 0x28], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x94],
            [0xF4, 0x90, 0x80, 0x80], [0x80],
        ];
        foreach (var bytes in notUtf8)
        {
            await AssertMalformedAsync([.. Encoding.UTF8.GetBytes($$"""{"{{member}}": "a"""), .. bytes, .. "\"}"u8]);
            await AssertMalformedAsync([.. "{\"a"u8, .. bytes, .. Encoding.UTF8.GetBytes($$"""": "", "{{member}}": ""}"""")]);
        }
    }

    [Theory]
    [InlineData("utf-16", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-32", false)]
    [InlineData("utf-32", true)]
    public async Task Other_Unicode_encodings_are_malformed(string name, bool mark)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] body = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(ValidJson())];

        await AssertMalformedAsync(body);
        await AssertMalformedAsync(body, $"application/json; charset={name}");
    }

    [Fact]
    public async Task A_single_byte_order_mark_before_the_JSON_is_ignored()
    {
        using var once = await _client.PostBytesAsync(
            Register, [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(ValidJson())]);

        Assert.Equal(HttpStatusCode.Created, once.StatusCode);
        await AssertMalformedAsync(
            [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(ValidJson())]);
        await AssertMalformedAsync([.. Encoding.UTF8.Preamble]);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON")]
    [InlineData("application/json;charset=utf-8")]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=nonsense")]
    public async Task JSON_is_read_as_UTF8_whatever_its_charset(string contentType)
    {
        using var response = await _client.PostBytesAsync(
            Register, Encoding.UTF8.GetBytes(ValidJson().Replace("Ada", "Ädä", StringComparison.Ordinal)), contentType);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("Ädä", (await response.ReadJsonAsync()).GetProperty("full_name").GetString());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("5")]
    [InlineData("\"email\"")]
    [InlineData("[]")]
    [InlineData("[{\"email\": \"ada@example.com\", \"password\": \"correct horse battery\"}]")]
    public async Task JSON_that_is_not_an_object_is_refused(string json)
    {
        using var response = await _client.PostTextAsync(Register, json);

        var problem = await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.NotEmpty(problem.GetProperty("errors").EnumerateObject());
    }

    [Theory]
    [InlineData("email")]
    [InlineData("password")]
    [InlineData("full_name")]
    [Asvs("15.3.7")]
    public async Task A_duplicate_member_is_refused(string member)
    {
        using var response = await _client.PostTextAsync(
            Register, ValidJson().Replace("{", $$"""{"{{member}}": null, """, StringComparison.Ordinal));

        await response.AssertRefusedMembersAsync(member);
    }

    [Theory]
    [InlineData(@"{""\ud800"": 1}")]
    [InlineData(@"{""email\udc00"": ""ada@example.com""}")]
    public async Task A_member_name_with_an_unpaired_surrogate_is_malformed(string json) =>
        await AssertMalformedAsync(Encoding.UTF8.GetBytes(json));

    [Fact]
    public async Task The_content_of_an_unknown_member_is_ignored()
    {
        using var response = await _client.PostTextAsync(
            Register,
            ValidJson().Replace("{", """{"x": {"\ud800": "\udc00", "a": 1, "a": 2, "n": 1e999}, """, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("text/html")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/octet-stream")]
    [InlineData("application/jsonp")]
    [InlineData("json")]
    [InlineData("application")]
    [InlineData("/")]
    [InlineData("*/*")]
    [InlineData("application/*")]
    [InlineData(";;;")]
    [Asvs("3.5.2")]
    public async Task Any_other_content_type_is_an_unsupported_media_type(string? contentType)
    {
        using var response = await _client.PostBytesAsync(Register, Encoding.UTF8.GetBytes(ValidJson()), contentType);
        using var empty = await _client.PostBytesAsync(Register, [], contentType);

        await response.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        await empty.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    private static string ValidJson() =>
        $$"""{"email": "{{ApiMoves.NewEmail()}}", "password": "{{ApiMoves.Password}}", "full_name": "Ada"}""";

    private async Task AssertMalformedAsync(byte[] body, string contentType = "application/json")
    {
        using var response = await _client.PostBytesAsync(Register, body, contentType);
        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "malformed_body");
        Assert.False(problem.TryGetProperty("errors", out _));
    }
}
