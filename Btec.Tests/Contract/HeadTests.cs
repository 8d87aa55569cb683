using System.Net;
using System.Text.RegularExpressions;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Contract;

/// <summary>The method <c>HEAD</c> on every route that has <c>GET</c>, and the <c>Allow</c> header (RFC 9110 sections 9.1 and
/// 10.2.1). The routes are those of the running API, so that new ones are covered.</summary>
public sealed partial class HeadTests(SqliteApi shared)
{
    /// <summary>Headers that differ between two answers to the same request, and the one that may be left out (RFC 9110 section
    /// 9.3.2).</summary>
    private static readonly string[] Changing = ["Date", "Transfer-Encoding"];

    private static readonly string[] Others = ["OPTIONS", "PUT", "TRACE", "HEAD"];

    private readonly Uri _server = shared.Api.CreateClient().BaseAddress!;

    [Fact]
    public async Task HEAD_is_answered_as_GET_without_the_body_on_every_route()
    {
        var token = (await shared.Api.StartSessionOfSuperuserAsync()).Access;
        var paths = FindRoutes("GET");
        Assert.Contains("/api/users/1", paths, StringComparer.Ordinal);
        foreach (var path in paths)
        {
            foreach (string[] headers in new[] { Array.Empty<string>(), [$"Authorization: Bearer {token}"] })
            {
                var get = await _server.SendAsync($"GET {path} HTTP/1.1", headers);
                var head = await _server.SendAsync($"HEAD {path} HTTP/1.1", headers);

                Assert.True(head.Status == get.Status, $"HEAD {path} is {head.Status}, GET is {get.Status}.");
                Assert.Equal("", head.Body);
                Assert.Equal(Show(get), Show(head));
            }
        }
    }

    [Fact]
    public async Task HEAD_on_an_unknown_path_is_not_found_without_a_body()
    {
        var answer = await _server.SendAsync("HEAD /nothing HTTP/1.1", []);

        Assert.Equal((404, ""), (answer.Status, answer.Body));
        Assert.Equal("application/problem+json", answer.Header("Content-Type"));
    }

    [Fact]
    public async Task HEAD_is_answered_over_HTTP_2_too()
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Kestrel:EndpointDefaults:Protocols"] = "Http2" });
        foreach (var path in new[] { "/api/health", "/.well-known/jwks.json", "/openapi/v1.json", "/nothing", "/alive" })
        {
            using var get = await SendAsync(api, HttpMethod.Get, path);
            using var head = await SendAsync(api, HttpMethod.Head, path);

            Assert.Equal((get.StatusCode, get.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));
            Assert.Equal("", await head.ReadTextAsync());
        }
    }

    [Fact]
    public async Task The_length_of_a_body_is_known_where_GET_knows_it()
    {
        var get = await _server.SendAsync("GET /openapi/v1.json HTTP/1.1", []);
        var head = await _server.SendAsync("HEAD /openapi/v1.json HTTP/1.1", []);

        Assert.True(int.Parse(head.Header("Content-Length")!) > 1000);
        Assert.Equal(get.Header("Content-Length"), head.Header("Content-Length"));
    }

    [Fact]
    public async Task Every_route_names_its_methods_when_another_one_is_refused()
    {
        foreach (var path in FindRoutes(method: null))
        {
            var allowed = Endpoints().Where(endpoint => PathOf(endpoint) == path).SelectMany(MethodsOf).ToHashSet(StringComparer.Ordinal);
            if (allowed.Contains("GET"))
                allowed.Add("HEAD");

            foreach (var method in Others.Except(allowed, StringComparer.Ordinal))
            {
                var answer = await _server.SendAsync($"{method} {path} HTTP/1.1", ["Content-Length: 0"]);

                Assert.True(answer.Status == 405, $"{method} {path} is {answer.Status}.");
                Assert.Equal(allowed.Order(StringComparer.Ordinal), answer.Header("Allow")!.Split(", ").Order(StringComparer.Ordinal));
            }
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(BtecApi api, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return await api.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string Show(RawAnswer answer) => string.Join(
        '\n',
        answer.Headers
            .Where(header => !Changing.Contains(header.Key, StringComparer.Ordinal))
            // A page has another nonce in each answer, whose length in HTML differs.
            .Where(header => header.Key != "Content-Length" || answer.Header("Content-Type")?.StartsWith("text/html", StringComparison.Ordinal) != true)
            // The server says it of an empty answer to GET, and need not of one to HEAD (RFC 9110 section 8.6).
            .Where(header => header is not { Key: "Content-Length", Value: "0" })
            .Select(header => $"{header.Key}: {Nonce().Replace(header.Value, "")}"));

    private static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];

    /// <summary>Returns the path of a route, with 1 for each of its parameters.</summary>
    private static string PathOf(RouteEndpoint endpoint) => Parameter().Replace(
        $"/{endpoint.RoutePattern.RawText!.Trim('/')}",
        parameter => parameter.Value.EndsWith(":guid}", StringComparison.Ordinal) ? "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69" : "1");

    private List<string> FindRoutes(string? method) =>
    [
        .. Endpoints().Where(endpoint => method is null ? MethodsOf(endpoint).Any() : MethodsOf(endpoint).Contains(method, StringComparer.Ordinal))
            .Select(PathOf).Distinct(StringComparer.Ordinal),
    ];

    private IEnumerable<RouteEndpoint> Endpoints() =>
        shared.Api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex("'nonce-[^']+'", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Nonce();
}
