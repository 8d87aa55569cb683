using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>The CORS policy. It does not depend on the database.</summary>
public sealed class CrossOriginTests
{
    private const string Page = "https://app.example.com";
    private const string OtherPage = "http://localhost:5173";
    private const string OtherSite = "https://evil.example.com";

    [Fact]
    [Asvs("3.4.2")]
    public async Task Outside_Development_no_origin_is_allowed_by_default()
    {
        await using var api = await StartAsync("Testing");

        await AssertAllowedAsync(api, Page, allowed: false);
        await AssertAllowedAsync(api, "null", allowed: false);
    }

    [Fact]
    public async Task In_Production_no_origin_is_allowed_by_default()
    {
        await using var api = await StartAsync("Production", ("Passwords:WorkFactor", "10"));

        await AssertAllowedAsync(api, Page, allowed: false);
    }

    [Fact]
    public async Task In_Development_any_origin_is_allowed()
    {
        await using var api = await StartAsync("Development");

        await AssertAllowedAsync(api, Page, allowed: true);
        await AssertAllowedAsync(api, OtherPage, allowed: true);
        await AssertAllowedAsync(api, "null", allowed: true);
    }

    [Theory]
    [InlineData("capacitor://localhost", "capacitor://localhost")]
    [InlineData("tauri://localhost", "tauri://localhost")]
    [InlineData("chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop")]
    [InlineData("https://app.example.com:443", "https://app.example.com")]
    [InlineData("http://app.example.com:80", "http://app.example.com")]
    [InlineData("HTTPS://App.Example.com", "https://app.example.com")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example")]
    [InlineData("http://[::1]:5173", "http://[::1]:5173")]
    [InlineData("app://localhost:3000", "app://localhost:3000")]
    public async Task An_origin_is_allowed_in_the_form_in_which_browsers_send_it(string configured, string sent)
    {
        await using var api = await StartAsync("Testing", ("Cors:AllowedOrigins", configured));

        await AssertAllowedAsync(api, sent, allowed: true);
        await AssertAllowedAsync(api, OtherSite, allowed: false);
    }

    [Theory]
    [InlineData("list", "Testing")]
    [InlineData("list", "Development")]
    [InlineData("commas", "Testing")]
    [InlineData("commas", "Development")]
    [Asvs("3.4.2")]
    public async Task Exactly_the_configured_origins_are_allowed(string form, string environment)
    {
        (string, string?)[] settings = form == "list"
            ? [("Cors:AllowedOrigins:0", Page), ("Cors:AllowedOrigins:1", OtherPage)]
            : [("Cors:AllowedOrigins", $" {Page} , {OtherPage},")];
        await using var api = await StartAsync(environment, settings);

        await AssertAllowedAsync(api, Page, allowed: true);
        await AssertAllowedAsync(api, OtherPage, allowed: true);
        foreach (var other in new[]
        {
            OtherSite, "http://app.example.com", "https://app.example.com:8443", "https://app.example.com.evil.example.com",
            "https://sub.app.example.com", "http://localhost:5174", "http://localhost", "null", "*",
        })
            await AssertAllowedAsync(api, other, allowed: false);
    }

    [Fact]
    public async Task A_preflight_request_needs_no_token()
    {
        await using var api = await StartAsync("Testing", ("Cors:AllowedOrigins", Page));

        foreach (var (method, path) in new[]
        {
            ("POST", "/api/auth/register"), ("POST", "/api/auth/login"), ("GET", "/api/users/me"),
        })
        {
            using var response = await PreflightAsync(api, method, path, Page);

            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
            Assert.Equal(Page, Header(response, "Access-Control-Allow-Origin"));
            Assert.Equal(method, Header(response, "Access-Control-Allow-Methods"));
            Assert.Equal("authorization,content-type", Header(response, "Access-Control-Allow-Headers"));
            Assert.Null(Header(response, "Access-Control-Allow-Credentials"));
            Assert.True(int.Parse(Header(response, "Access-Control-Max-Age")!) > 0);
        }
    }

    [Fact]
    public async Task Pages_can_read_errors_and_their_headers()
    {
        await using var api = await StartAsync("Testing", ("Cors:AllowedOrigins", Page));
        (string Method, string Path, int Status)[] calls =
        [
            ("GET", "/api/users/me", 401), ("POST", "/api/auth/login", 415),
            ("GET", "/api/auth/login", 405), ("GET", "/nothing", 404),
        ];
        foreach (var (method, path, status) in calls)
        {
            using var response = await SendAsync(api, method, path, Page);

            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(Page, Header(response, "Access-Control-Allow-Origin"));
            var exposed = Header(response, "Access-Control-Expose-Headers");
            Assert.Contains("WWW-Authenticate", exposed, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("Location", exposed, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("Retry-After", exposed, StringComparison.OrdinalIgnoreCase);
        }

        using var refused = await SendAsync(api, "POST", "/api/auth/register", Page, "{}");
        Assert.Equal(422, (int)refused.StatusCode);
        Assert.Equal(Page, Header(refused, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Pages_can_read_an_error_caused_by_an_unavailable_database()
    {
        await using var api = await StartAsync(
            "Testing", ("Cors:AllowedOrigins", Page), ("ConnectionStrings:btecdb", "Data Source=/no/such/folder/btec.db"));

        using var response = await SendAsync(
            api, "POST", "/api/auth/register", Page,
            $$"""{"email": "{{ApiMoves.NewEmail()}}", "password": "{{ApiMoves.Password}}"}""");

        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal(Page, Header(response, "Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("Testing", Page)]
    [InlineData("Testing", $"{Page},{OtherPage}")]
    [InlineData("Development", null)]
    [InlineData("Development", Page)]
    public async Task Every_answer_tells_caches_that_it_depends_on_the_origin(string environment, string? allowed)
    {
        await using var api = await StartAsync(environment, ("Cors:AllowedOrigins", allowed), ("PublicUrl", "https://auth.example.com"));
        foreach (var path in new[]
        {
            "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/openapi/v1.json", "/docs", "/alive", "/api/users/me",
            "/nothing",
        })
        {
            foreach (var origin in new[] { null, Page, OtherSite })
            {
                using var response = await SendAsync(api, "GET", path, origin);
                Assert.True(Header(response, "Vary") == "Origin", $"Vary is {Header(response, "Vary")} on {path} for {origin}.");
            }
        }
    }

    [Fact]
    public async Task Without_allowed_origins_no_answer_depends_on_the_origin()
    {
        await using var api = await StartAsync("Testing");

        using var response = await SendAsync(api, "GET", "/.well-known/jwks.json", Page);

        Assert.Null(Header(response, "Vary"));
    }

    [Theory]
    [InlineData("Access-Control-Request-Headers", "x-\u00FC")]
    [InlineData("Access-Control-Request-Headers", "x-\u0001")]
    [InlineData("Access-Control-Request-Method", "\u00FC")]
    public async Task A_preflight_request_that_cannot_be_repeated_is_malformed(string name, string value)
    {
        await using var api = await StartAsync("Testing", ("Cors:AllowedOrigins", Page));

        var answer = await api.CreateClient().BaseAddress!.SendAsync(
            "OPTIONS /api/users/me HTTP/1.1", [$"Origin: {Page}", "Access-Control-Request-Method: GET", $"{name}: {value}"]);

        Assert.Equal(400, answer.Status);
        Assert.Contains("malformed_request", answer.Body, StringComparison.Ordinal);
    }

    private static async Task AssertAllowedAsync(BtecApi api, string origin, bool allowed)
    {
        using var simple = await SendAsync(api, "GET", "/api/health", origin);
        using var error = await SendAsync(api, "GET", "/api/users/me", origin);
        using var preflight = await PreflightAsync(api, "POST", "/api/auth/login", origin);

        foreach (var response in new[] { simple, error, preflight })
        {
            var header = Header(response, "Access-Control-Allow-Origin");
            Assert.True(
                allowed ? header == origin || header == "*" : header is null,
                $"Access-Control-Allow-Origin is '{header}' for {origin}.");
        }
    }

    private static Task<BtecApi> StartAsync(string environment, params (string Name, string? Value)[] settings) =>
        BtecApi.StartAsync(
            DatabaseKind.Sqlite, settings.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal),
            environment, migrate: false);

    private static Task<HttpResponseMessage> PreflightAsync(BtecApi api, string method, string path, string origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        return api.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static Task<HttpResponseMessage> SendAsync(
        BtecApi api, string method, string path, string? origin, string? json = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (origin is not null)
            request.Headers.Add("Origin", origin);

        if (json is not null)
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        return api.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
