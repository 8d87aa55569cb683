using System.Globalization;
using System.Net;
using Btec.Api.Platform.RateLimiting;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Protection;

/// <summary>Limits of changes by signed-in callers.</summary>
public sealed class WriteLimitTests(SqliteApi shared)
{
    [Fact]
    public async Task A_user_who_changes_their_profile_too_often_is_refused_and_others_are_not()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, LimitedApi.Settings(
            ("RateLimiting:Write:PerAccount:Limit", "2"), ("RateLimiting:Write:PerAccount:Window", "00:01:00")));
        var client = api.From("203.0.113.1");
        var (_, _, tokens) = await client.StartAccountAsync();
        var (_, _, others) = await client.StartAccountAsync();
        for (var change = 0; change < 2; change++)
        {
            using var changed = await PatchAsync(client, tokens, change);
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        }

        using var refused = await PatchAsync(api.From("198.51.100.1"), tokens, 3);
        Assert.Equal(30, await refused.AssertLimitedAsync());
        using var read = await client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        using var other = await PatchAsync(client, others, 4);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        api.Clock.Advance(TimeSpan.FromSeconds(30));
        using var later = await PatchAsync(client, tokens, 5);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/api/auth/logout?scope=others", "Write", false)]
    [InlineData("DELETE", "/api/users/me/sessions/018f0000-0000-7000-8000-000000000000", "Write", false)]
    [InlineData("DELETE", "/api/users/me/grants/notes", "Write", false)]
    [InlineData("POST", "/api/users", "Administration", true)]
    [InlineData("POST", "/api/oauth-clients", "Administration", true)]
    [InlineData("PATCH", "/api/oauth-clients/notes", "Administration", true)]
    [InlineData("DELETE", "/api/oauth-clients/notes", "Administration", true)]
    [InlineData("POST", "/api/oauth-clients/notes/secret", "Administration", true)]
    [InlineData("PATCH", "/api/users/4711", "Administration", true)]
    [InlineData("DELETE", "/api/users/4711", "Administration", true)]
    [Asvs("2.4.1")]
    public async Task Other_changes_are_limited_by_user_too(string method, string path, string policy, bool asSuperuser)
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, LimitedApi.Settings(($"RateLimiting:{policy}:PerAccount:Limit", "1")));
        var client = api.From("203.0.113.1");
        var tokens = asSuperuser ? await api.StartSessionOfSuperuserAsync() : await client.StartSessionOfNewUserAsync();
        var email = ApiMoves.NewEmail();
        using var first = await client.SendJsonAsync(HttpMethod.Parse(method), path, tokens.Access, new { email });
        using var second = await client.SendJsonAsync(HttpMethod.Parse(method), path, tokens.Access, new { email });

        Assert.NotEqual(HttpStatusCode.TooManyRequests, first.StatusCode);
        await second.AssertLimitedAsync();
    }

    [Fact]
    [Asvs("2.4.1")]
    public void Every_route_that_changes_something_for_a_caller_has_a_limit()
    {
        string[] reads = ["GET", "HEAD", "OPTIONS"];
        var unlimited =
            from endpoint in shared.Api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            where endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null && endpoint.Metadata.GetMetadata<RateLimitMetadata>() is null
            // It reads, by POST as well (OpenID Connect Core 1.0 section 5.3.1).
            where endpoint.RoutePattern.RawText != "/oauth/userinfo/"
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
            where !reads.Contains(method, StringComparer.Ordinal)
            select $"{method} {endpoint.RoutePattern.RawText}";

        Assert.Empty(unlimited);
    }

    [Theory]
    [InlineData("/api/users/me", "patch")]
    [InlineData("/api/auth/logout", "post")]
    [InlineData("/api/auth/revoke", "post")]
    [InlineData("/api/users/{id}", "delete")]
    public async Task The_document_lists_the_refusal(string path, string method)
    {
        var document = await shared.Api.CreateClient().ReadDocumentAsync();

        var response = document.GetProperty("paths").GetProperty(path).GetProperty(method).GetProperty("responses").GetProperty("429");
        Assert.Contains("rate_limited", response.GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PatchAsync(HttpClient client, Tokens tokens, int number) => client.SendJsonAsync(
        HttpMethod.Patch, "/api/users/me", tokens.Access, new { full_name = number.ToString(CultureInfo.InvariantCulture) });
}
