using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Btec.Api.Platform.Errors;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Contract;

/// <summary>The operations of the OpenAPI document, which does not depend on the database.</summary>
public sealed partial class DocumentationTests(SqliteApi shared)
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete", "head", "options"];
    private readonly HttpClient _client = shared.Api.CreateClient();

    /// <summary>The statuses of every operation, as in docs/contract.md. Any operation may also answer 500.</summary>
    public static TheoryData<string, string, int[]> Statuses { get; } = new()
    {
        { "get", "/api/health", [200, 503] },
        { "post", "/api/auth/register", [201, 202, 400, 403, 409, 413, 415, 422, 429, 503] },
        { "post", "/api/auth/login", [200, 400, 401, 403, 413, 415, 422, 429, 503] },
        { "post", "/api/auth/mfa", [200, 400, 401, 403, 413, 415, 422, 429, 503] },
        { "get", "/api/users/me", [200, 401, 403, 503] },
        { "patch", "/api/users/me", [200, 400, 401, 403, 413, 415, 422, 429, 503] },
        { "delete", "/api/users/me", [204, 400, 401, 403, 409, 413, 415, 422, 429, 503] },
        { "post", "/api/users/me/password", [204, 400, 401, 403, 413, 415, 422, 429, 503] },
        { "post", "/api/users/me/email", [202, 400, 401, 403, 413, 415, 422, 429, 503] },
        { "post", "/api/auth/email-verification", [202, 401, 403, 429, 503] },
        { "post", "/api/auth/email-verification/confirm", [204, 400, 403, 409, 413, 415, 422, 429, 503] },
        { "post", "/api/auth/password-recovery", [202, 400, 413, 415, 422, 503] },
        { "post", "/api/auth/password-reset", [204, 400, 413, 415, 422, 429, 503] },
        { "post", "/api/auth/token", [200, 400, 401, 403, 413, 415, 429, 503] },
        { "post", "/api/auth/logout", [204, 401, 403, 422, 429, 503] },
        { "post", "/api/auth/step-up", [200, 400, 401, 403, 413, 415, 422, 429, 503] },
        { "post", "/api/auth/revoke", [200, 400, 401, 413, 415, 429, 503] },
        { "post", "/api/auth/introspect", [200, 400, 401, 403, 413, 415, 429, 503] },
        { "get", "/oauth/authorize", [302, 400, 429, 503] },
        { "post", "/oauth/authorize", [302, 400, 413, 415, 429, 503] },
        { "get", "/oauth/logout", [302, 400, 429, 503] },
        { "post", "/oauth/logout", [302, 400, 413, 415, 429, 503] },
        { "get", "/oauth/requests/{id}", [200, 404, 503] },
        { "post", "/oauth/requests/{id}", [200, 400, 401, 403, 404, 413, 415, 422, 429, 503] },
        { "post", "/oauth/session", [204, 400, 401, 403, 409, 413, 415, 422, 429, 503] },
        { "get", "/oauth/session", [200, 401, 503] },
        { "delete", "/oauth/session", [204, 403, 429, 503] },
        { "get", "/api/users/me/sessions", [200, 401, 403, 422, 503] },
        { "delete", "/api/users/me/sessions/{id}", [204, 401, 403, 404, 429, 503] },
        { "get", "/api/users/me/factors", [200, 401, 403, 503] },
        { "post", "/api/users/me/totp", [201, 400, 401, 403, 409, 413, 415, 422, 429, 503] },
        { "post", "/api/users/me/totp/{id}/confirm", [200, 400, 401, 403, 404, 413, 415, 422, 429, 503] },
        { "delete", "/api/users/me/totp/{id}", [204, 401, 403, 404, 429, 503] },
        { "post", "/api/users/me/recovery-codes", [200, 401, 403, 404, 429, 503] },
        { "post", "/api/auth/passkeys/options", [200, 404, 429, 503] },
        { "post", "/api/auth/passkeys", [200, 400, 401, 403, 404, 413, 415, 422, 429, 503] },
        { "post", "/api/users/me/passkeys/options", [200, 401, 403, 404, 409, 429, 503] },
        { "post", "/api/users/me/passkeys", [201, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503] },
        { "patch", "/api/users/me/passkeys/{id}", [200, 400, 401, 403, 404, 413, 415, 422, 429, 503] },
        { "delete", "/api/users/me/passkeys/{id}", [204, 401, 403, 404, 409, 429, 503] },
        { "get", "/.well-known/passkey-endpoints", [200, 404] },
        { "get", "/.well-known/webauthn", [200, 404] },
        { "get", "/.well-known/jwks.json", [200, 503] },
        { "get", "/oauth/userinfo", [200, 401, 403, 503] },
        { "post", "/oauth/userinfo", [200, 401, 403, 503] },
        { "get", "/.well-known/oauth-authorization-server", [200] },
        { "get", "/.well-known/openid-configuration", [200] },
        { "get", "/api/users", [200, 401, 403, 422, 503] },
        { "post", "/api/users", [201, 400, 401, 403, 409, 413, 415, 422, 429, 503] },
        { "get", "/api/users/{id}", [200, 401, 403, 404, 503] },
        { "patch", "/api/users/{id}", [200, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503] },
        { "delete", "/api/users/{id}", [204, 401, 403, 404, 409, 429, 503] },
        { "get", "/api/users/{id}/factors", [200, 401, 403, 404, 503] },
        { "delete", "/api/users/{id}/factors", [204, 401, 403, 404, 429, 503] },
        { "get", "/api/users/{id}/sessions", [200, 401, 403, 404, 422, 503] },
        { "delete", "/api/users/{id}/sessions", [204, 401, 403, 404, 429, 503] },
        { "get", "/api/figures", [200, 401, 403, 503] },
        { "get", "/api/users/me/grants", [200, 401, 403, 422, 503] },
        { "delete", "/api/users/me/grants/{client_id}", [204, 401, 403, 404, 429, 503] },
        { "get", "/api/oauth-clients", [200, 401, 403, 422, 503] },
        { "post", "/api/oauth-clients", [201, 400, 401, 403, 413, 415, 422, 429, 503] },
        { "get", "/api/oauth-clients/{id}", [200, 401, 403, 404, 503] },
        { "patch", "/api/oauth-clients/{id}", [200, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503] },
        { "delete", "/api/oauth-clients/{id}", [204, 401, 403, 404, 409, 429, 503] },
        { "post", "/api/oauth-clients/{id}/secret", [201, 401, 403, 404, 409, 429, 503] },
        { "put", "/api/users/{id}/roles", [200, 400, 401, 403, 404, 413, 415, 422, 429, 503] },
        { "get", "/api/auth/external", [200] },
        { "post", "/api/auth/external/{name}", [200, 400, 404, 413, 415, 422, 429, 503] },
        { "get", "/api/auth/external/{name}/callback", [302, 400, 404, 422, 429, 503] },
        { "post", "/api/auth/external/link", [202, 400, 413, 415, 422, 429, 503] },
        { "post", "/api/auth/external/link/confirm", [204, 400, 409, 413, 415, 422, 429, 503] },
        { "get", "/api/users/me/identities", [200, 401, 403, 503] },
        { "post", "/api/users/me/identities", [201, 400, 401, 403, 409, 413, 415, 422, 429, 503] },
        { "delete", "/api/users/me/identities/{id}", [204, 401, 403, 404, 409, 429, 503] },
        { "get", "/api/webhooks", [200, 401, 403, 503] },
        { "post", "/api/webhooks", [201, 400, 401, 403, 409, 413, 415, 422, 429, 503] },
        { "get", "/api/webhooks/{id}", [200, 401, 403, 404, 503] },
        { "patch", "/api/webhooks/{id}", [200, 400, 401, 403, 404, 413, 415, 422, 429, 503] },
        { "delete", "/api/webhooks/{id}", [204, 401, 403, 404, 429, 503] },
        { "post", "/api/webhooks/{id}/secret", [201, 401, 403, 404, 429, 503] },
        { "post", "/api/webhooks/{id}/test", [202, 401, 403, 404, 409, 429, 503] },
        { "get", "/api/webhooks/{id}/deliveries", [200, 401, 403, 404, 422, 503] },
        { "post", "/api/webhooks/{id}/deliveries/{deliveryId}/retry", [202, 401, 403, 404, 409, 429, 503] },
        { "get", "/api/signing-keys", [200, 401, 403, 503] },
        { "get", "/api/audit-events", [200, 401, 403, 422, 503] },
    };

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

    [Fact]
    public async Task Every_documented_operation_is_covered_by_these_tests()
    {
        var documented = (await _client.ReadDocumentAsync()).GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name} {path.Name}"));

        Assert.Equal(
            Statuses.Select(row => $"{row.Data.Item1} {row.Data.Item2}").Order(StringComparer.Ordinal).ToList(),
            documented.Order(StringComparer.Ordinal).ToList());
    }

    [Fact]
    public async Task Every_route_of_the_API_is_documented()
    {
        var documented = (await _client.ReadDocumentAsync()).GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name} {path.Name}"));
        var routed = shared.Api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (
                Path: RouteConstraint().Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), "}"),
                Methods: endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []))
            .Where(route => route.Path.StartsWith("/api/", StringComparison.Ordinal)
                || route.Path.StartsWith("/oauth/", StringComparison.Ordinal)
                || route.Path.StartsWith("/.well-known/", StringComparison.Ordinal))
            .SelectMany(route => route.Methods.Select(method => $"{method.ToLowerInvariant()} {route.Path}"));

        Assert.Equal(
            routed.Order(StringComparer.Ordinal).ToList(), documented.Order(StringComparer.Ordinal).ToList());
    }

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task Every_operation_documents_exactly_its_statuses(string method, string path, int[] statuses)
    {
        var operation = (await _client.ReadDocumentAsync()).GetProperty("paths").GetProperty(path).GetProperty(method);

        var documented = operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).ToList();
        Assert.All(statuses, status => Assert.Contains(status.ToString(), documented, StringComparer.Ordinal));
        Assert.All(documented, status => Assert.True(
            statuses.Append(500).Contains(int.Parse(status)),
            $"{method} {path} documents {status}, which docs/contract.md does not."));
        Assert.False(string.IsNullOrWhiteSpace(operation.GetProperty("summary").GetString()));
        Assert.NotEmpty(operation.GetProperty("tags").EnumerateArray());
        Assert.Matches("^[A-Za-z][A-Za-z0-9]*$", operation.GetProperty("operationId").GetString());
    }

    [Fact]
    public async Task Registration_and_login_are_the_first_paths()
    {
        var paths = (await _client.ReadDocumentAsync()).GetProperty("paths").EnumerateObject().Select(path => path.Name);

        Assert.Equal(["/api/auth/register", "/api/auth/login"], paths.Take(2).ToArray());
    }

    [Fact]
    public async Task Every_tag_is_described_and_used()
    {
        var document = await _client.ReadDocumentAsync();
        var tags = document.GetProperty("tags").EnumerateArray().ToList();
        var used = Operations(document).SelectMany(operation => operation.GetProperty("tags").EnumerateArray())
            .Select(tag => tag.GetString()!).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(
            [
                "Authentication", "Account", "Sessions", "Passkeys", "External providers", "Second factors", "Tokens", "Browsers",
                "Administration", "Events", "Health",
            ],
            tags.Select(tag => tag.GetProperty("name").GetString()!).ToArray());
        Assert.Equal(
            used.Order(StringComparer.Ordinal),
            tags.Select(tag => tag.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(tags, tag => Assert.False(string.IsNullOrWhiteSpace(tag.GetProperty("description").GetString())));
    }

    [Fact]
    public async Task No_operation_id_is_used_twice()
    {
        var ids = Operations(await _client.ReadDocumentAsync())
            .Select(operation => operation.GetProperty("operationId").GetString()!).ToList();

        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Every_response_has_a_schema_and_a_description()
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

                // A status can have an error in OAuth's form beside a problem.
                var contents = response.Value.GetProperty("content").EnumerateObject().ToList();
                Assert.InRange(contents.Count, 1, 2);
                Assert.All(contents, content => Assert.True(content.Value.TryGetProperty("schema", out _), operation.GetRawText()));
                var isError = int.Parse(response.Name) >= 400 && operation.GetProperty("operationId").GetString() != "GetHealth";
                if (isError)
                {
                    Assert.All(
                        contents, content => Assert.Equal(IsOAuth(content) ? "application/json" : "application/problem+json", content.Name));
                }
            }
        }
    }

    [Fact]
    public async Task Every_error_example_matches_its_status_and_every_error_has_one()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in Operations(await _client.ReadDocumentAsync()))
        {
            foreach (var response in operation.GetProperty("responses").EnumerateObject())
            {
                if (int.Parse(response.Name) < 400 || !response.Value.TryGetProperty("content", out var contents))
                    continue;

                foreach (var content in contents.EnumerateObject().Where(content => content.Value.TryGetProperty("examples", out _)))
                {
                    foreach (var example in content.Value.GetProperty("examples").EnumerateObject())
                    {
                        seen.Add(example.Name);
                        AssertExample(example, int.Parse(response.Name), IsOAuth(content));
                    }
                }
            }
        }

        string[] everywhere = ["malformed_request", "method_not_allowed", "request_timeout", "uri_too_long", "headers_too_large"];
        Assert.Equal(
            ErrorCatalog.All.Keys.Except(everywhere, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList(),
            seen.Order(StringComparer.Ordinal).ToList());
    }

    private static void AssertExample(JsonProperty example, int status, bool isOAuth)
    {
        var error = ErrorCatalog.All[example.Name];
        var value = example.Value.GetProperty("value");
        Assert.Equal(error.Code, value.GetProperty("code").GetString());
        if (isOAuth)
        {
            Assert.Equal(OAuthErrorCode.StatusOf(error), status);
            Assert.Equal(OAuthErrorCode.Of(error), value.GetProperty("error").GetString());
            return;
        }

        Assert.Equal(status, value.GetProperty("status").GetInt32());
        // The status of a wrong code or passkey depends on what it was sent for.
        if (error != AuthError.CodeWrong && error != AuthError.PasskeyInvalid)
            Assert.Equal(status, ProblemStatus.Of(error));

        Assert.Equal(error.Type, value.GetProperty("type").GetString());
    }

    /// <summary>Returns whether a response has no body: 202, 204, 302 and the 200 of a revocation (RFC 7009 section 2.2).</summary>
    private static bool HasNoBody(JsonElement operation, string status) =>
        status is "204" or "302"
        || (status == "202" && operation.GetProperty("operationId").GetString() is not ("TestWebhook" or "RetryWebhookDelivery"))
        || (status == "200" && operation.GetProperty("operationId").GetString() == "Revoke");

    private static bool IsOAuth(JsonProperty content) =>
        content.Value.GetProperty("schema").TryGetProperty("$ref", out var schema)
        && schema.GetString()!.EndsWith("/OAuthProblem", StringComparison.Ordinal);

    private static IEnumerable<JsonElement> Operations(JsonElement document) => document.GetProperty("paths").EnumerateObject()
        .SelectMany(path => path.Value.EnumerateObject().Where(member => Methods.Contains(member.Name, StringComparer.Ordinal)))
        .Select(operation => operation.Value);

    [GeneratedRegex(":[^}]+}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RouteConstraint();
}
