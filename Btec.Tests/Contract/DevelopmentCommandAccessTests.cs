using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>Access to the routes behind the dashboard commands: without the key they look like any unknown route.</summary>
public abstract class DevelopmentCommandAccessTests(SharedDevelopmentApi shared)
{
    private const string Key = SharedDevelopmentApi.CommandKey;
    private const string Unknown = "/api/no-such-route";

    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteDevelopmentApi shared)
        : DevelopmentCommandAccessTests(shared), IClassFixture<SqliteDevelopmentApi>;

    public sealed class OnPostgres(PostgresDevelopmentApi shared)
        : DevelopmentCommandAccessTests(shared), IClassFixture<PostgresDevelopmentApi>;

    public static TheoryData<string> Routes =>
    [
        "mint-token", "revoke-sessions", "rotate-signing-key", "seed-demo-users", "last-mails", "verify-audit",
        "show-codes", "remove-factors",
    ];

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Without_the_key_a_route_looks_like_an_unknown_one(string command)
    {
        var email = await RegisterAsync();
        string[] keys = ["", "x", Key[..^1], Key + "x", Key.ToUpperInvariant(), $"{Key},{Key}", $"Bearer {Key}"];
        var bodies = new[] { JsonSerializer.Serialize(new { email }), "{", new string(' ', 70_000) };
        var expected = await DescribeAsync(HttpMethod.Post, Unknown, key: null, bodies[0]);

        foreach (var key in keys.Append(null))
            Assert.Equal(expected, await DescribeAsync(HttpMethod.Post, $"/api/development/{command}", key, bodies[0]));

        foreach (var body in bodies)
            Assert.Equal(expected, await DescribeAsync(HttpMethod.Post, $"/api/development/{command}", key: null, body));

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Options, HttpMethod.Patch })
        {
            Assert.Equal(
                await DescribeAsync(method, Unknown, key: null, body: null),
                await DescribeAsync(method, $"/api/development/{command}", key: null, body: null));
        }

        // The key is read from the header only, not from the query string.
        Assert.Equal(
            expected,
            await DescribeAsync(HttpMethod.Post, $"/api/development/{command}?X-Development-Key={Key}", key: null, bodies[0]));
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("Testing")]
    [Asvs("13.4.5", "15.2.3")]
    public async Task Outside_Development_there_are_no_routes_even_with_the_key(string environment)
    {
        await using var api = await BtecApi.StartAsync(
            shared.Kind, KeyMoves.Es256(("Development:CommandKey", Key), ("Passwords:WorkFactor", "10")), environment,
            migrate: false);

        await AssertUnknownAsync(api.CreateClient());
    }

    [Fact]
    public async Task Without_a_configured_key_there_are_no_routes()
    {
        await using var api = await BtecApi.StartAsync(
            shared.Kind, KeyMoves.Es256(("Development:CommandKey", "")), "Development", migrate: false);

        await AssertUnknownAsync(api.CreateClient());
    }

    [Fact]
    [Asvs("13.4.5")]
    public async Task The_OpenAPI_document_does_not_mention_the_routes()
    {
        using var document = await _client.GetAsync("/openapi/v1.json", accessToken: null);

        var text = await document.ReadTextAsync();
        Assert.Contains("/api/auth/login", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/api/development", text, StringComparison.Ordinal);
        Assert.DoesNotContain("DemoUsersRequest", text, StringComparison.Ordinal);
        Assert.DoesNotContain("UserReference", text, StringComparison.Ordinal);
        Assert.DoesNotContain("CommandOutcome", text, StringComparison.Ordinal);
    }

    private static async Task AssertUnknownAsync(HttpClient client)
    {
        foreach (var command in Routes)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/development/{command.Data}")
            {
                Content = JsonContent.Create(new { email = "ada@example.com" }),
            };
            request.Headers.Add("X-Development-Key", Key);
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var problem = await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
            Assert.Equal("Nothing exists at this address.", problem.GetProperty("detail").GetString());
        }
    }

    /// <summary>Returns everything in a response except the trace id and the time.</summary>
    private async Task<string> DescribeAsync(HttpMethod method, string path, string? key, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null)
            Assert.True(request.Headers.TryAddWithoutValidation("X-Development-Key", key));

        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var problem = await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key is not "Date" and not "Content-Length");
        return string.Join('\n', [
            .. headers.Select(header => $"{header.Key}: {string.Join(',', header.Value)}").Order(StringComparer.Ordinal),
            problem.GetRawText().Replace(problem.GetProperty("trace_id").GetString()!, "", StringComparison.Ordinal),
        ]);
    }

    private async Task<string> RegisterAsync()
    {
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);
        return email;
    }
}
