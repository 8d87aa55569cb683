using System.Net;
using System.Text.RegularExpressions;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Protection;

/// <summary>The security headers of all responses.</summary>
public sealed class SecurityHeaderTests
{
    private const string Locked = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    [Fact]
    [Asvs("3.2.1", "3.4.3", "3.4.4", "3.4.5", "3.4.6")]
    public async Task Every_response_forbids_sniffing_framing_and_embedding_and_names_no_server()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, LimitedApi.Settings(("RateLimiting:Login:PerAddress:Limit", "1")));
        var client = api.CreateClient();
        foreach (var (method, path, status) in new[]
        {
            ("GET", "/alive", 200), ("HEAD", "/alive", 200), ("GET", "/health", 200), ("GET", "/api/health", 200),
            ("GET", "/.well-known/jwks.json", 200), ("GET", "/openapi/v1.json", 200), ("GET", "/api/users/me", 401), ("GET", "/nothing", 404),
            ("GET", "/api/auth/login", 405), ("POST", "/api/auth/login", 415), ("POST", "/api/auth/login", 429),
        })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True((int)response.StatusCode == status, $"{method} {path}: {response.StatusCode}");
            AssertCommon(response);
            Assert.Equal(Locked, response.Header("Content-Security-Policy"));
        }
    }

    [Fact]
    public async Task The_response_during_an_outage_has_them_too()
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            LimitedApi.Settings(("ConnectionStrings:btecdb", $"Host=127.0.0.1;Port={FreePort.Find()};Username=btec;Database=btec")),
            migrate: false);

        using var response = await api.CreateClient().TryLoginAsync(ApiMoves.NewEmail());

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        AssertCommon(response);
        Assert.Equal("\"address\";q=60;w=60, \"account\";q=30;w=900", response.Header("RateLimit-Policy"));
    }

    [Fact]
    [Asvs("3.4.3")]
    public async Task The_documentation_page_allows_only_its_own_scripts_by_a_nonce_per_response()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite);
        var nonces = new List<string>();
        for (var visit = 0; visit < 2; visit++)
        {
            using var page = await api.CreateClient().GetAsync("/docs", accessToken: null);
            AssertCommon(page);
            var allowed = Regex.Match(
                page.Header("Content-Security-Policy"),
                "script-src 'self' 'nonce-(?<nonce>[^']+)'",
                RegexOptions.ExplicitCapture,
                TimeSpan.FromSeconds(1))
                .Groups["nonce"].Value;
            var html = WebUtility.HtmlDecode(await page.ReadTextAsync());
            var scripts = Regex.Matches(html, "<script[^>]*>", RegexOptions.None, TimeSpan.FromSeconds(1));
            Assert.NotEmpty(scripts);
            Assert.All(scripts, script => Assert.Contains($"nonce=\"{allowed}\"", script.Value, StringComparison.Ordinal));
            nonces.Add(allowed);
        }

        Assert.Equal(2, nonces.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("Testing", "https", "max-age=31536000; includeSubDomains")]
    [InlineData("Testing", "http", "")]
    [InlineData("Development", "https", "")]
    [Asvs("3.4.1")]
    public async Task Strict_Transport_Security_is_sent_only_over_HTTPS_and_outside_Development(string environment, string scheme, string expected)
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, LimitedApi.Settings(), environment);
        var client = api.From("203.0.113.7");
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);
        client.DefaultRequestHeaders.Host = "auth.example.com";

        using var response = await client.GetAsync("/alive", accessToken: null);

        Assert.Equal(expected, response.Header("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Every_route_that_takes_a_secret_sends_a_mail_or_changes_something_documents_its_rate_limit()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite);
        var document = await (await api.CreateClient().GetAsync("/openapi/v1.json", accessToken: null)).ReadJsonAsync();

        var limited = document.GetProperty("paths").EnumerateObject()
            .Where(path => path.Value.EnumerateObject().Any(operation => operation.Value.GetProperty("responses").TryGetProperty("429", out _)))
            .Select(path => path.Name).Order(StringComparer.Ordinal).ToList();

        Assert.Equal<IEnumerable<string>>(
            [
                "/api/auth/email-verification", "/api/auth/email-verification/confirm",
                "/api/auth/external/link", "/api/auth/external/link/confirm", "/api/auth/external/{name}", "/api/auth/external/{name}/callback",
                "/api/auth/introspect", "/api/auth/login", "/api/auth/logout",
                "/api/auth/mfa", "/api/auth/passkeys", "/api/auth/passkeys/options", "/api/auth/password-reset", "/api/auth/register",
                "/api/auth/revoke", "/api/auth/step-up", "/api/auth/token",
                "/api/oauth-clients", "/api/oauth-clients/{id}", "/api/oauth-clients/{id}/secret",
                "/api/users", "/api/users/me", "/api/users/me/email", "/api/users/me/grants/{client_id}",
                "/api/users/me/identities", "/api/users/me/identities/{id}", "/api/users/me/passkeys",
                "/api/users/me/passkeys/options",
                "/api/users/me/passkeys/{id}", "/api/users/me/password", "/api/users/me/recovery-codes",
                "/api/users/me/sessions/{id}", "/api/users/me/totp", "/api/users/me/totp/{id}", "/api/users/me/totp/{id}/confirm",
                "/api/users/{id}", "/api/users/{id}/factors", "/api/users/{id}/roles", "/api/users/{id}/sessions",
                "/api/webhooks", "/api/webhooks/{id}", "/api/webhooks/{id}/deliveries/{deliveryId}/retry", "/api/webhooks/{id}/secret",
                "/api/webhooks/{id}/test",
                "/oauth/authorize", "/oauth/logout", "/oauth/requests/{id}", "/oauth/session",
            ],
            limited);
    }

    private static void AssertCommon(HttpResponseMessage response)
    {
        Assert.Equal("nosniff", response.Header("X-Content-Type-Options"));
        Assert.Equal("DENY", response.Header("X-Frame-Options"));
        Assert.Equal("no-referrer", response.Header("Referrer-Policy"));
        Assert.Equal("same-origin", response.Header("Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", response.Header("Cross-Origin-Resource-Policy"));
        Assert.Contains("camera=()", response.Header("Permissions-Policy"), StringComparison.Ordinal);
        Assert.Empty(response.Header("Server"));
    }
}
