using System.Text.Json;
using Btec.Api.Platform.OpenApi;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Btec.Tests.Contract;

/// <summary>An API that is published under a path, by <c>PublicUrl</c> or by a trusted proxy. It does not depend on the
/// database.</summary>
public sealed class PublicPathTests
{
    private const string Metadata = "/.well-known/oauth-authorization-server";

    [Theory]
    [InlineData("https://x.example/auth")]
    [InlineData("https://x.example/auth/")]
    [InlineData("https://x.example/deep/auth")]
    [InlineData("https://x.example/api")]
    public async Task Under_the_path_of_the_public_URL_every_address_is_right(string publicUrl)
    {
        await using var api = await StartAsync(("PublicUrl", publicUrl), ("Proxy:TrustedHops", "1"));
        var root = publicUrl.TrimEnd('/');
        var path = new Uri(root).AbsolutePath;

        // A header does not override the setting.
        Assert.Equal($"{path}/api/users/1", await FindLocationAsync(api, "X-Forwarded-Prefix: /evil"));
        var (server, tokenUrl) = await ReadDocumentAsync(api, "X-Forwarded-Prefix: /evil");
        Assert.Equal((root, $"{path}/api/auth/login"), (server, tokenUrl));
        foreach (var metadata in new[] { Metadata, $"{Metadata}{path}" })
        {
            var answer = await GetAsync(api, metadata, "X-Forwarded-Prefix: /evil");
            Assert.Equal(200, answer.Status);
            Assert.Equal("public, max-age=600", answer.Header("Cache-Control"));
            var members = JsonSerializer.Deserialize<JsonElement>(answer.Body);
            Assert.Equal(root, members.GetProperty("issuer").GetString());
            Assert.Equal($"{root}/api/auth/token", members.GetProperty("token_endpoint").GetString());
            Assert.Equal($"{root}/.well-known/jwks.json", members.GetProperty("jwks_uri").GetString());
            Assert.DoesNotContain("evil", answer.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("https://x.example/auth", "/auth/.well-known/jwks.json", 200)]
    [InlineData("https://x.example/auth", "/auth/api/users/me", 401)]
    [InlineData("https://x.example/auth", "/api/users/me", 401)]
    [InlineData("https://x.example/auth", "/auth/auth/api/users/me", 404)]
    [InlineData("https://x.example/auth", "/authority/api/users/me", 404)]
    [InlineData("https://x.example/auth", "/auth", 200)]
    [InlineData("https://x.example/auth", "/auth/sign-in", 200)]
    [InlineData("https://x.example/auth", "/.well-known/oauth-authorization-server/other", 404)]
    [InlineData("https://x.example/api", "/api/users/me", 401)]
    [InlineData("https://x.example", "/auth/api/users/me", 404)]
    [InlineData("https://x.example", "/.well-known/oauth-authorization-server/auth", 404)]
    public async Task The_proxy_may_remove_the_path_or_leave_it(string publicUrl, string path, int status)
    {
        await using var api = await StartAsync(("PublicUrl", publicUrl));

        Assert.Equal(status, (await GetAsync(api, path)).Status);
    }

    [Theory]
    [InlineData(1, "/auth", "/auth")]
    [InlineData(1, "/auth/", "/auth")]
    [InlineData(1, "/deep/auth", "/deep/auth")]
    [InlineData(1, "/evil, /auth", "/auth")]
    [InlineData(2, "/evil, /outer, /inner", "/outer")]
    [InlineData(2, "/auth", "")]
    [InlineData(3, "/evil, /auth", "")]
    [InlineData(1, "", "")]
    [InlineData(1, "/", "")]
    [InlineData(1, "auth", "")]
    [InlineData(1, "//evil.example", "")]
    [InlineData(1, "/\\evil.example", "")]
    [InlineData(1, "/a/../b", "")]
    [InlineData(1, "/a\"b", "")]
    [InlineData(1, "/a?b", "")]
    [InlineData(1, "/%2F/evil.example", "")]
    [InlineData(1, "https://evil.example", "")]
    public async Task Without_a_public_URL_the_path_comes_from_a_trusted_proxy(int hops, string header, string path)
    {
        await using var api = await StartAsync(("Proxy:TrustedHops", hops.ToString()), ("Proxy:ForwardedPrefix", "true"));
        var prefix = $"X-Forwarded-Prefix: {header}";

        Assert.Equal($"{path}/api/users/1", await FindLocationAsync(api, prefix));
        for (var visit = 0; visit < 2; visit++)
        {
            Assert.Equal((path.Length == 0 ? "/" : path, $"{path}/api/auth/login"), await ReadDocumentAsync(api, prefix));
            Assert.Equal(("/", "/api/auth/login"), await ReadDocumentAsync(api, "X-Other: x"));
        }

        var metadata = await GetAsync(api, Metadata, prefix);
        Assert.Equal("no-store", metadata.Header("Cache-Control"));
        Assert.Contains($"{api.CreateClient().BaseAddress!.Authority}{path}/api/auth/token\"", metadata.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_setting_the_header_is_the_client_s_and_changes_nothing()
    {
        await using var api = await StartAsync(("Proxy:TrustedHops", "1"));

        Assert.Equal(401, (await GetAsync(api, "/api/users/me", "X-Forwarded-Prefix: /api/users")).Status);
        Assert.Equal(404, (await GetAsync(api, "/auth/api/users/me", "X-Forwarded-Prefix: /auth")).Status);
        Assert.Equal(("/", "/api/auth/login"), await ReadDocumentAsync(api, "X-Forwarded-Prefix: /auth"));
        Assert.Equal("/api/users/1", await FindLocationAsync(api, "X-Forwarded-Prefix: /auth"));
    }

    [Fact]
    public async Task The_header_never_changes_the_path_and_the_document_is_kept_for_few_paths()
    {
        await using var api = await StartAsync(("Proxy:TrustedHops", "1"), ("Proxy:ForwardedPrefix", "true"));

        Assert.Equal(404, (await GetAsync(api, "/auth/api/users/me", "X-Forwarded-Prefix: /auth")).Status);
        for (var number = 0; number < PublishedDocument.MaxPaths + 2; number++)
        {
            var path = number < PublishedDocument.MaxPaths ? $"/p{number}" : "";
            Assert.Equal(
                (path.Length == 0 ? "/" : path, $"{path}/api/auth/login"),
                await ReadDocumentAsync(api, $"X-Forwarded-Prefix: /p{number}"));
        }
    }

    [Fact]
    public async Task A_document_that_could_not_be_built_is_built_again()
    {
        var published = new PublishedDocument(new FailingOnce());

        await Assert.ThrowsAsync<InvalidOperationException>(() => published.GetAsync(""));

        Assert.NotEqual(0, (await published.GetAsync("")).Bytes.Length);
    }

    [Fact]
    public async Task No_answer_that_others_may_get_from_a_cache_contains_the_host_of_the_request()
    {
        await using var api = await StartAsync(("Proxy:TrustedHops", "1"));
        foreach (var path in new[] { Metadata, "/.well-known/jwks.json", "/openapi/v1.json", "/docs", "/docs/", "/nothing", "/alive" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = "evil.example";
            using var response = await api.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);

            var text = $"{response.Headers}{await response.ReadTextAsync()}";
            Assert.True(
                response.Headers.CacheControl?.NoStore == true || !text.Contains("evil.example", StringComparison.Ordinal),
                $"{path}: {response.Headers.CacheControl} {text}");
        }
    }

    private static Task<BtecApi> StartAsync(params (string Name, string? Value)[] settings) => BtecApi.StartAsync(
        DatabaseKind.Sqlite, settings.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal));

    private static Task<RawAnswer> GetAsync(BtecApi api, string path, params string[] headers) =>
        api.CreateClient().BaseAddress!.SendAsync($"GET {path} HTTP/1.1", headers);

    /// <summary>Registers the first user, and returns the Location.</summary>
    private static async Task<string?> FindLocationAsync(BtecApi api, string header)
    {
        var body = System.Text.Encoding.ASCII.GetBytes($$"""{"email": "{{ApiMoves.NewEmail()}}", "password": "{{ApiMoves.Password}}"}""");
        var answer = await api.CreateClient().BaseAddress!.SendAsync(
            "POST /api/auth/register HTTP/1.1", ["Content-Type: application/json", $"Content-Length: {body.Length}", header], body);
        Assert.Equal(201, answer.Status);
        return answer.Header("Location");
    }

    private static async Task<(string? Server, string? TokenUrl)> ReadDocumentAsync(BtecApi api, string header)
    {
        var document = JsonSerializer.Deserialize<JsonElement>((await GetAsync(api, "/openapi/v1.json", header)).Body);
        var flows = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("oauth2_password").GetProperty("flows");
        return (
            Assert.Single(document.GetProperty("servers").EnumerateArray()).GetProperty("url").GetString(),
            flows.GetProperty("password").GetProperty("tokenUrl").GetString());
    }

    private sealed class FailingOnce : IOpenApiDocumentProvider
    {
        private bool _hasFailed;

        public Task<OpenApiDocument> GetOpenApiDocumentAsync(CancellationToken cancellationToken = default)
        {
            if (_hasFailed)
                return Task.FromResult(new OpenApiDocument { Info = new OpenApiInfo { Title = "API", Version = "v1" } });

            _hasFailed = true;
            throw new InvalidOperationException();
        }
    }
}
