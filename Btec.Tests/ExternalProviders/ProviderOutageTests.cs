using System.Net;
using System.Text.Json.Nodes;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Btec.Tests.ExternalProviders;

/// <summary>Providers that do not answer, or not as they should.</summary>
public sealed class ProviderOutageTests(SqliteExternalApi api) : IClassFixture<SqliteExternalApi>
{
    private readonly HttpClient _client = api.CreatePlainClient();

    [Fact]
    public async Task A_provider_that_is_away_is_named_and_comes_back()
    {
        foreach (var answer in new Func<HttpContext, Task>[] { Fail, Redirect, WriteHuge, WriteText })
        {
            api.Provider.Answer = answer;
            using var refused = await _client.TryStartAsync(ExternalApi.Closed);
            var problem = await refused.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
            Assert.StartsWith("Closed does not answer.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.NotNull(refused.Headers.RetryAfter);
            api.Api.Clock.Pass(TimeSpan.FromMinutes(1));
        }

        api.Provider.Answer = null;
        await _client.StartAsync(ExternalApi.Closed);
    }

    [Theory]
    [InlineData("issuer", "https://evil.example")]
    [InlineData("token_endpoint", "http://evil.example/token")]
    [InlineData("authorization_endpoint", "javascript:alert(1)")]
    [InlineData("jwks_uri", "file:///etc/passwd")]
    [InlineData("token_endpoint", null)]
    [Asvs("10.5.3")]
    public async Task Metadata_that_cannot_be_trusted_are_refused(string member, string? value)
    {
        api.Provider.ChangeMetadata = metadata => metadata[member] = value is null ? null : JsonValue.Create(value);
        using var refused = await _client.TryStartAsync(ExternalApi.Untrusted);
        api.Provider.ChangeMetadata = null;

        await refused.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
    }

    [Fact]
    public async Task A_token_endpoint_that_hangs_or_floods_is_told_to_the_client()
    {
        using var hanging = await api.TrySignInAsync(_client, ExternalApi.Trusted, new PersonAtProvider
        {
            Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted),
        });
        using var flooding = await api.TrySignInAsync(_client, ExternalApi.Trusted, new PersonAtProvider { Answer = WriteHuge });

        Assert.Equal("provider_unavailable", hanging.ReadAnswer("error"));
        Assert.Equal("provider_unavailable", flooding.ReadAnswer("error"));
    }

    private static Task Fail(HttpContext context)
    {
        context.Response.StatusCode = 500;
        return Task.CompletedTask;
    }

    private static Task Redirect(HttpContext context)
    {
        context.Response.Redirect("/elsewhere");
        return Task.CompletedTask;
    }

    private static Task WriteHuge(HttpContext context) => context.Response.WriteAsync(new string(' ', 300 * 1024));

    private static Task WriteText(HttpContext context) => context.Response.WriteAsync("<!doctype html>");
}
