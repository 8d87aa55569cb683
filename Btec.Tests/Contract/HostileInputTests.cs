using System.Net;
using System.Text;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>Fuzzing with the same input on every run: the API may refuse it in any way, but must neither fail nor leak its
/// internals.</summary>
public abstract class HostileInputTests(SharedApi shared)
{
    private const int Rounds = 300;
    private const string UrlCharacters = "abc/.%0012fF+&=?;:@,'\"<>()*!~-_[]{}|\\^`$#";
    private static readonly (string Method, string Path, string? ContentType)[] Routes =
    [
        ("POST", "/api/auth/register", "application/json"),
        ("POST", "/api/auth/login", "application/x-www-form-urlencoded"),
        ("POST", "/api/auth/login", "multipart/form-data; boundary=x"),
        ("GET", "/api/users/me", null),
        ("GET", "/api/health", null),
        ("GET", "/alive", null),
        ("GET", "/health", null),
        ("GET", "/openapi/v1.json", null),
        ("GET", "/docs", null),
    ];

    private static readonly string[] Leaks =
    [
        "Exception", "   at ", "at Btec.", "at System.", "at Microsoft.", ".cs:line", "SELECT ", "INSERT ", "sqlite", "Npgsql",
        "postgres", "StackTrace", "System.", "Microsoft.", "EntityFramework", "JsonReader", "IDX1", "PathPosition", "LineNumber",
    ];

    private readonly Uri _server = shared.Api.CreateClient().BaseAddress!;

    public sealed class OnSqlite(SqliteApi shared) : HostileInputTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : HostileInputTests(shared);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [Asvs("1.5.2")]
    public async Task Random_bodies_cause_no_server_error(ulong seed)
    {
        var noise = new SeededNoise(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var (_, path, contentType) = noise.Pick(Routes[..3]);
            var body = noise.Below(4) == 0 ? noise.Bytes(noise.Below(2000)) : noise.Mutate(ValidBody(contentType!));
            await AssertHarmlessAsync(
                $"round {round}", "POST", path, [$"Content-Type: {contentType}", $"Content-Length: {body.Length}"], body);
        }
    }

    [Fact]
    public async Task Random_content_types_cause_no_server_error()
    {
        var noise = new SeededNoise(3);
        for (var round = 0; round < Rounds; round++)
        {
            var (_, path, contentType) = noise.Pick(Routes[..3]);
            var body = ValidBody(contentType!);
            var mutated = ToHeaderText(noise.Mutate(Encoding.ASCII.GetBytes($"{contentType}; charset=utf-8")));
            await AssertHarmlessAsync(
                $"round {round}", "POST", path, [$"Content-Type: {mutated}", $"Content-Length: {body.Length}"], body);
        }
    }

    [Fact]
    public async Task Random_paths_and_query_strings_cause_no_server_error()
    {
        var noise = new SeededNoise(4);
        for (var round = 0; round < Rounds; round++)
        {
            var (method, path, _) = noise.Pick(Routes);
            var garbage = noise.Text(noise.Below(200), UrlCharacters).Replace("#", "", StringComparison.Ordinal);
            var target = noise.Below(3) switch
            {
                0 => $"{path}?{garbage}",
                1 => $"{path}/{garbage}",
                _ => $"/{garbage}",
            };
            await AssertHarmlessAsync($"round {round}", method, target, ["Content-Length: 0"], []);
        }
    }

    [Fact]
    public async Task Random_headers_cause_no_server_error()
    {
        string[] names =
        [
            "Authorization", "Accept", "Accept-Encoding", "Accept-Language", "Cookie", "Origin", "Access-Control-Request-Method",
            "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "traceparent", "tracestate", "baggage",
            "Range", "If-None-Match", "If-Modified-Since", "Content-Encoding", "Content-Language", "Expect", "Upgrade",
            "User-Agent", "Referer", "TE", "X-HTTP-Method-Override", "Request-Id",
        ];
        var token = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJ1aWQiOjF9.AAAA"u8.ToArray();
        var traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"u8.ToArray();
        var noise = new SeededNoise(5);
        for (var round = 0; round < Rounds; round++)
        {
            var (method, path, _) = noise.Pick(Routes);
            var value = noise.Below(3) switch
            {
                0 => "Bearer " + ToHeaderText(noise.Mutate(token)),
                1 => ToHeaderText(noise.Mutate(traceParent)),
                _ => ToHeaderText(noise.Bytes(noise.Below(300))),
            };
            await AssertHarmlessAsync($"round {round}", method, path, [$"{noise.Pick(names)}: {value}", "Content-Length: 0"], []);
        }
    }

    [Theory]
    [InlineData("' OR '1'='1")]
    [InlineData("'; DROP TABLE users; --")]
    [InlineData("\" OR \"\"=\"")]
    [InlineData("${jndi:ldap://127.0.0.1/a}")]
    [InlineData("{{7*7}}")]
    [InlineData("{0} {UserId} %s %n")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("\r\nSet-Cookie: a=b")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("a\u0000b")]
    [Asvs("1.2.3", "1.2.4")]
    public async Task Injection_attempts_are_plain_text(string text)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new { email = text, password = text, full_name = text });
        var form = Encoding.ASCII.GetBytes($"username={Uri.EscapeDataString(text)}&password={Uri.EscapeDataString(text)}");

        await AssertHarmlessAsync(
            "JSON", "POST", "/api/auth/register", ["Content-Type: application/json", $"Content-Length: {json.Length}"], json);
        var login = await AssertHarmlessAsync(
            "form", "POST", "/api/auth/login",
            ["Content-Type: application/x-www-form-urlencoded", $"Content-Length: {form.Length}"], form);
        Assert.Equal(401, login.Status);
        Assert.DoesNotContain(login.Headers, header => header.Key == "Set-Cookie");
    }

    private static byte[] ValidBody(string contentType) => contentType switch
    {
        "application/json" => Encoding.UTF8.GetBytes(
            $$"""{"email": "{{ApiMoves.NewEmail()}}", "password": "pässwörd 🔑", "full_name": "Ada \u00e9 \ud83d\udd11", "x": [1, {"y": null}]}"""),
        "application/x-www-form-urlencoded" =>
            "grant_type=password&username=ada%40example.com&password=p%C3%A4ss+w%F0%9F%94%91rd"u8.ToArray(),
        _ => ("--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nada@example.com\r\n"u8
            + "--x\r\nContent-Disposition: form-data; name=\"password\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\npass word\r\n--x--\r\n"u8)
            .ToArray(),
    };

    /// <summary>Decodes bytes as Latin-1 and replaces the characters that would end a header.</summary>
    private static string ToHeaderText(byte[] bytes) =>
        Encoding.Latin1.GetString(bytes).Replace('\r', 'r').Replace('\n', 'n').Replace('\0', '0');

    private async Task<RawAnswer> AssertHarmlessAsync(string label, string method, string target, string[] headers, byte[] body)
    {
        var answer = await _server.SendAsync($"{method} {target} HTTP/1.1", headers, body);
        var description = $"{label}: {method} {target} {string.Join(' ', headers)} {Convert.ToHexString(body)} "
            + $"→ {answer.Status} {answer.Body}";

        Assert.True(answer.Status is >= 200 and < 500, description);
        Assert.Null(answer.Header("Server"));
        if (answer.Status >= 400)
        {
            Assert.True(answer.Header("Content-Type") == "application/problem+json", description);
            var problem = JsonSerializer.Deserialize<JsonElement>(answer.Body);
            Assert.Equal(answer.Status, problem.GetProperty("status").GetInt32());
            Assert.All(Leaks, leak => Assert.False(
                answer.Body.Contains(leak, StringComparison.OrdinalIgnoreCase), $"'{leak}' leaks in {description}"));
        }

        if (answer.Status == (int)HttpStatusCode.Unauthorized)
            Assert.StartsWith("Bearer", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);

        return answer;
    }
}
