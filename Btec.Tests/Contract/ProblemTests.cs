using System.Net;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class ProblemTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : ProblemTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ProblemTests(shared);

    [Theory]
    [InlineData("GET", "/api")]
    [InlineData("GET", "/api/")]
    [InlineData("GET", "/api/nothing")]
    [InlineData("POST", "/api/auth")]
    [InlineData("POST", "/api/auth/register/x")]
    [InlineData("GET", "/api/users/me/0")]
    [InlineData("GET", "/api/users/me/x")]
    [InlineData("GET", "/api/auth/../../etc/passwd")]
    [InlineData("GET", "/api/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("GET", "/favicon.ico")]
    [InlineData("GET", "/index.html")]
    [InlineData("GET", "/openapi")]
    [InlineData("GET", "/openapi/v2.json")]
    [InlineData("GET", "/openapi/nothing.json")]
    [InlineData("GET", "/swagger/index.html")]
    [InlineData("GET", "/healthz")]
    [InlineData("GET", "/health/x")]
    [InlineData("GET", "/.env")]
    [InlineData("GET", "/appsettings.json")]
    [InlineData("GET", "/dev.db")]
    [InlineData("DELETE", "/nothing")]
    [InlineData("PROPFIND", "/nothing")]
    [InlineData("OPTIONS", "/nothing")]
    public async Task An_unknown_route_is_not_found(string method, string path)
    {
        using var response = await SendAsync(method, path);

        var problem = await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(["code", "detail", "status", "title", "trace_id", "type"], NamesOf(problem));
    }

    [Theory]
    [InlineData("/api/health", "GET, HEAD")]
    [InlineData("/api/auth/register", "POST")]
    [InlineData("/api/auth/login", "POST")]
    [InlineData("/api/users/me", "DELETE, GET, HEAD, PATCH")]
    [InlineData("/alive", "GET, HEAD")]
    [InlineData("/health", "GET, HEAD")]
    [InlineData("/openapi/v1.json", "GET, HEAD")]
    [InlineData("/docs", "GET, HEAD")]
    [Asvs("3.5.3", "13.4.4")]
    public async Task An_unsupported_method_is_refused_with_the_allowed_ones(string path, string allowed)
    {
        var methods = new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "X" };
        foreach (var method in methods.Except(allowed.Split(", "), StringComparer.Ordinal))
        {
            using var response = await SendAsync(method, path);

            Assert.True(
                response.StatusCode == HttpStatusCode.MethodNotAllowed,
                $"The status is {(int)response.StatusCode} for {method} {path}.");
            await response.AssertProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
            Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow.Order(StringComparer.Ordinal)));
        }
    }

    [Fact]
    public async Task The_trace_id_is_the_callers()
    {
        const string TraceId = "0af7651916cd43dd8448eb211c80319c";
        foreach (var sampled in new[] { "00", "01" })
        {
            foreach (var (method, path) in new[]
            {
                ("GET", "/nothing"), ("GET", "/api/users/me"), ("PUT", "/health"), ("POST", "/api/auth/login"),
            })
            {
                var answer = await _client.BaseAddress!.SendAsync(
                    $"{method} {path} HTTP/1.1", ["Content-Length: 0", $"traceparent: 00-{TraceId}-b7ad6b7169203331-{sampled}"]);

                Assert.Equal(TraceId, JsonSerializer.Deserialize<JsonElement>(answer.Body).GetProperty("trace_id").GetString());
            }
        }
    }

    [Fact]
    public async Task Without_a_trace_of_the_caller_every_response_has_its_own_trace_id()
    {
        using var first = await SendAsync("GET", "/nothing");
        using var second = await SendAsync("GET", "/nothing");

        var ids = new[] { await first.ReadJsonAsync(), await second.ReadJsonAsync() }
            .Select(problem => problem.GetProperty("trace_id").GetString());
        Assert.Equal(2, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/xml")]
    [InlineData("application/json;q=0")]
    [InlineData("nonsense")]
    [InlineData("")]
    [Asvs("4.1.1")]
    public async Task A_problem_is_JSON_whatever_the_caller_accepts(string accept)
    {
        foreach (var (method, path) in new[] { ("GET", "/nothing"), ("GET", "/api/users/me"), ("DELETE", "/api/health") })
        {
            var answer = await _client.BaseAddress!.SendAsync($"{method} {path} HTTP/1.1", [$"Accept: {accept}"]);

            Assert.InRange(answer.Status, 401, 405);
            Assert.Equal("application/problem+json", answer.Header("Content-Type"));
        }
    }

    [Fact]
    public async Task Only_a_422_lists_errors()
    {
        using var refused = await _client.PostTextAsync("/api/auth/register", "{}");
        using var malformed = await _client.PostTextAsync("/api/auth/register", "{");
        using var anonymous = await _client.GetMeAsync(accessToken: null);

        Assert.Equal(["code", "detail", "errors", "status", "title", "trace_id", "type"], NamesOf(await refused.ReadJsonAsync()));
        Assert.Equal(["code", "detail", "status", "title", "trace_id", "type"], NamesOf(await malformed.ReadJsonAsync()));
        Assert.Equal(["code", "detail", "status", "title", "trace_id", "type"], NamesOf(await anonymous.ReadJsonAsync()));
    }

    [Theory]
    [InlineData("GET", "/api/health")]
    [InlineData("GET", "/alive")]
    [InlineData("GET", "/health")]
    [InlineData("GET", "/docs")]
    [InlineData("GET", "/openapi/v1.json")]
    [InlineData("GET", "/api/users/me")]
    [InlineData("GET", "/nothing")]
    [InlineData("POST", "/api/auth/register")]
    [InlineData("POST", "/api/auth/login")]
    public async Task No_response_reveals_the_server_software(string method, string path)
    {
        using var response = await SendAsync(method, path);

        Assert.Empty(response.Headers.Server);
        Assert.False(response.Headers.Contains("X-Powered-By"));
    }

    [Theory]
    [InlineData("POST", "/api/auth/register")]
    [InlineData("POST", "/api/auth/login")]
    [InlineData("GET", "/api/users/me")]
    [InlineData("PUT", "/api/users/me")]
    [InlineData("GET", "/api/nothing")]
    [InlineData("GET", "/API/Users/Me")]
    [Asvs("14.3.2")]
    public async Task Errors_of_routes_with_tokens_or_personal_data_are_not_cached(string method, string path)
    {
        using var response = await SendAsync(method, path);

        Assert.True((int)response.StatusCode >= 400);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task A_request_that_Kestrel_refuses_reveals_nothing_about_the_server()
    {
        var server = _client.BaseAddress!;
        RawAnswer[] answers =
        [
            await server.SendAsync("GET / HTTP/1.1", [$"X-Long: {new string('a', 40_000)}"]),
            await server.SendAsync($"GET /{new string('a', 40_000)} HTTP/1.1", []),
            await server.SendAsync("GET / HTTP/9.9", []),
            await server.SendAsync("GARBAGE", []),
            await server.SendAsync("GET /%00 HTTP/1.1", []),
            await server.SendAsync("GET / HTTP/1.1", ["Host: b"]),
            await server.SendAsync("GET / HTTP/1.1", ["No colon"]),
        ];

        Assert.All(answers, answer => Assert.InRange(answer.Status, 400, 505));
        Assert.All(answers, answer => Assert.NotEqual(500, answer.Status));
        Assert.All(answers, answer => Assert.Null(answer.Header("Server")));
        Assert.All(answers, answer => Assert.DoesNotContain("Exception", answer.Body, StringComparison.Ordinal));
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static List<string> NamesOf(JsonElement json) =>
        [.. json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];
}
