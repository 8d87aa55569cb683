using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Btec.Api.Platform.Errors;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>What the API says of itself: no database decides it.</summary>
public sealed partial class DocumentationTests(SqliteApi shared)
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete", "head", "options"];
    private readonly HttpClient _client = shared.Api.CreateClient();

    [Fact]
    public async Task The_document_is_OpenAPI_3_1_with_a_title_and_a_version()
    {
        using var response = await _client.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var document = await response.ReadJsonAsync();
        Assert.StartsWith("3.1.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal("BTEC Backend", document.GetProperty("info").GetProperty("title").GetString());
        Assert.False(string.IsNullOrWhiteSpace(document.GetProperty("info").GetProperty("version").GetString()));
    }

    [Theory]
    [InlineData("get", "/api/health", 200, 503)]
    [InlineData("post", "/api/auth/register", 201, 202, 400, 403, 409, 413, 415, 422, 429, 503)]
    [InlineData("post", "/api/auth/login", 200, 400, 401, 403, 413, 415, 422, 429, 503)]
    [InlineData("get", "/api/users/me", 200, 401, 503)]
    [InlineData("patch", "/api/users/me", 200, 400, 401, 413, 415, 422, 503)]
    [InlineData("delete", "/api/users/me", 204, 400, 401, 403, 409, 413, 415, 422, 429, 503)]
    [InlineData("post", "/api/users/me/password", 204, 400, 401, 403, 413, 415, 422, 429, 503)]
    [InlineData("post", "/api/users/me/email", 202, 400, 401, 403, 413, 415, 422, 429, 503)]
    [InlineData("post", "/api/auth/email-verification", 202, 401, 429, 503)]
    [InlineData("post", "/api/auth/email-verification/confirm", 204, 400, 409, 413, 415, 422, 429, 503)]
    [InlineData("post", "/api/auth/password-recovery", 202, 400, 413, 415, 422, 429, 503)]
    [InlineData("post", "/api/auth/password-reset", 204, 400, 413, 415, 422, 429, 503)]
    [InlineData("post", "/api/auth/token", 200, 400, 413, 415, 429, 503)]
    [InlineData("post", "/api/auth/logout", 204, 401, 422, 503)]
    [InlineData("post", "/api/auth/revoke", 200, 400, 413, 415, 503)]
    [InlineData("post", "/api/auth/introspect", 200, 400, 401, 403, 413, 415, 503)]
    [InlineData("get", "/api/users/me/sessions", 200, 401, 503)]
    [InlineData("delete", "/api/users/me/sessions/{id}", 204, 401, 404, 503)]
    [InlineData("get", "/.well-known/jwks.json", 200, 503)]
    [InlineData("get", "/.well-known/oauth-authorization-server", 200)]
    public async Task Every_route_lists_every_status(string method, string path, params int[] statuses)
    {
        var operation = (await _client.ReadDocumentAsync()).GetProperty("paths").GetProperty(path).GetProperty(method);

        var documented = operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).ToList();
        Assert.All(statuses, status => Assert.Contains(status.ToString(), documented, StringComparer.Ordinal));
        Assert.All(documented, status => Assert.True(statuses.Append(500).Contains(int.Parse(status)), $"{status} is not in the contract"));
        Assert.False(string.IsNullOrWhiteSpace(operation.GetProperty("summary").GetString()));
        Assert.NotEmpty(operation.GetProperty("tags").EnumerateArray());
        Assert.Matches("^[A-Za-z][A-Za-z0-9]*$", operation.GetProperty("operationId").GetString());
    }

    [Fact]
    public async Task No_operation_id_is_used_twice()
    {
        var ids = Operations(await _client.ReadDocumentAsync()).Select(operation => operation.GetProperty("operationId").GetString()!).ToList();

        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Every_answer_has_a_schema_and_a_description()
    {
        foreach (var operation in Operations(await _client.ReadDocumentAsync()))
        {
            foreach (var response in operation.GetProperty("responses").EnumerateObject())
            {
                Assert.False(string.IsNullOrWhiteSpace(response.Value.GetProperty("description").GetString()));
                if (HasNoBody(operation, response.Name))
                {
                    Assert.False(response.Value.TryGetProperty("content", out _), operation.GetRawText());
                    continue;
                }

                var content = Assert.Single(response.Value.GetProperty("content").EnumerateObject());
                Assert.True(content.Value.TryGetProperty("schema", out _), operation.GetRawText());
                var isError = int.Parse(response.Name) >= 400 && operation.GetProperty("operationId").GetString() != "GetHealth";
                if (isError)
                    Assert.Equal(IsOAuth(content) ? "application/json" : "application/problem+json", content.Name);
            }
        }
    }

    [Fact]
    public async Task Every_example_of_an_error_is_an_error_of_its_status()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in Operations(await _client.ReadDocumentAsync()))
        {
            foreach (var response in operation.GetProperty("responses").EnumerateObject())
            {
                if (int.Parse(response.Name) < 400 || !response.Value.TryGetProperty("content", out var contents))
                    continue;

                var content = Assert.Single(contents.EnumerateObject());
                if (!content.Value.TryGetProperty("examples", out var examples))
                    continue;

                foreach (var example in examples.EnumerateObject())
                {
                    var error = ErrorCatalog.All[example.Name];
                    var value = example.Value.GetProperty("value");
                    seen.Add(error.Code);
                    Assert.Equal(error.Code, value.GetProperty("code").GetString());
                    if (IsOAuth(content))
                    {
                        Assert.Equal("400", response.Name);
                        Assert.Equal(OAuthErrorCode.Of(error), value.GetProperty("error").GetString());
                        continue;
                    }

                    Assert.Equal(response.Name, ProblemStatus.Of(error).ToString());
                    Assert.Equal(ProblemStatus.Of(error), value.GetProperty("status").GetInt32());
                    Assert.Equal(error.Type, value.GetProperty("type").GetString());
                }
            }
        }

        string[] everywhere = ["malformed_request", "method_not_allowed", "request_timeout"];
        Assert.Equal(
            ErrorCatalog.All.Keys.Except(everywhere, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList(),
            seen.Order(StringComparer.Ordinal).ToList());
    }

    [Fact]
    public async Task Both_ways_to_send_a_token_are_described()
    {
        var document = await _client.ReadDocumentAsync();
        var schemes = document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().ToList();

        var bearer = Assert.Single(schemes, scheme => scheme.Value.GetProperty("type").GetString() == "http").Value;
        Assert.Equal("bearer", bearer.GetProperty("scheme").GetString());
        var password = Assert.Single(schemes, scheme => scheme.Value.GetProperty("type").GetString() == "oauth2").Value;
        Assert.Equal("/api/auth/login", password.GetProperty("flows").GetProperty("password").GetProperty("tokenUrl").GetString());
        Assert.True(password.GetProperty("flows").GetProperty("password").TryGetProperty("scopes", out _));

        var names = schemes.Select(scheme => scheme.Name).Order(StringComparer.Ordinal).ToList();
        var required = document.GetProperty("paths").GetProperty("/api/users/me").GetProperty("get").GetProperty("security").EnumerateArray()
            .Select(requirement => Assert.Single(requirement.EnumerateObject()).Name).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(names, required);
        Assert.False(document.GetProperty("paths").GetProperty("/api/auth/login").GetProperty("post").TryGetProperty("security", out _));
    }

    [Fact]
    public async Task The_login_takes_a_form_and_the_registration_JSON()
    {
        var paths = (await _client.ReadDocumentAsync()).GetProperty("paths");

        Assert.Equal(
            ["application/x-www-form-urlencoded", "multipart/form-data"], BodyTypesOf(paths.GetProperty("/api/auth/login").GetProperty("post")));
        Assert.Equal(["application/json"], BodyTypesOf(paths.GetProperty("/api/auth/register").GetProperty("post")));
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Document_and_page_are_there_in_every_environment(string environment)
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Passwords:WorkFactor"] = "10" }, environment,
            migrate: false);

        foreach (var path in new[] { "/openapi/v1.json", "/docs" })
        {
            using var response = await api.CreateClient().GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/")]
    public async Task The_page_loads_everything_from_this_host(string path)
    {
        using var response = await _client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        var html = await response.ReadTextAsync();

        var page = response.RequestMessage!.RequestUri!;
        var loaded = Loaded().Matches(html).Select(match => new Uri(page, match.Groups["url"].Value)).ToList();
        Assert.NotEmpty(loaded);
        foreach (var url in loaded.Where(url => url.Scheme != "data"))
        {
            Assert.Equal(_client.BaseAddress!.Authority, url.Authority);
            using var resource = await _client.GetAsync(url, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, resource.StatusCode);
        }

        var hosts = AbsoluteUrl().Matches(html).Select(match => match.Value)
            .Where(url => !url.StartsWith(_client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal)
                && !url.StartsWith("http://www.w3.org/", StringComparison.Ordinal));
        Assert.Empty(hosts);
        Assert.Contains("openapi/v1.json", html, StringComparison.Ordinal);
    }

    /// <summary>What was accepted says no more, and a revocation is answered by its status alone (RFC 7009 section 2.2).</summary>
    private static bool HasNoBody(JsonElement operation, string status) =>
        status is "202" or "204" || (status == "200" && operation.GetProperty("operationId").GetString() == "Revoke");

    private static bool IsOAuth(JsonProperty content) =>
        content.Value.GetProperty("schema").TryGetProperty("$ref", out var schema)
        && schema.GetString()!.EndsWith("/OAuthProblem", StringComparison.Ordinal);

    private static IEnumerable<JsonElement> Operations(JsonElement document) => document.GetProperty("paths").EnumerateObject()
        .SelectMany(path => path.Value.EnumerateObject().Where(member => Methods.Contains(member.Name, StringComparer.Ordinal)))
        .Select(operation => operation.Value);

    private static List<string> BodyTypesOf(JsonElement operation) =>
        [.. operation.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(type => type.Name).Order(StringComparer.Ordinal)];

    [GeneratedRegex("(?:src|href)\\s*=\\s*[\"'](?<url>[^\"']+)[\"']", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Loaded();

    [GeneratedRegex("(?:https?:)?//[A-Za-z0-9.-]+\\.[A-Za-z]{2,}[^\\s\"'<]*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AbsoluteUrl();
}
