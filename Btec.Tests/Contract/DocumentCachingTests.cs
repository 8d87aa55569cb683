using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Btec.Tests.Contract;

/// <summary>The caching of the OpenAPI document, on the server and by clients.</summary>
public sealed class DocumentCachingTests(SqliteApi shared)
{
    private const string Document = "/openapi/v1.json";
    private readonly HttpClient _client = shared.Api.CreateClient();

    [Fact]
    public async Task A_client_that_has_the_document_gets_304_without_a_body()
    {
        using var first = await _client.GetAsync(Document, TestContext.Current.CancellationToken);
        Assert.Equal("no-cache", first.Headers.CacheControl?.ToString());
        Assert.False(first.Headers.ETag!.IsWeak);
        foreach (var known in new[] { first.Headers.ETag.ToString(), $"W/{first.Headers.ETag}", $"\"other\", {first.Headers.ETag}", "*" })
        {
            using var again = await AskAsync(known);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Equal(first.Headers.ETag, again.Headers.ETag);
            Assert.Equal("", await again.ReadTextAsync());
        }

        using var other = await AskAsync("\"other\"");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(await first.ReadTextAsync(), await other.ReadTextAsync());
    }

    [Fact]
    public async Task The_document_is_built_once()
    {
        var builds = new CountBuilds();
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, migrate: false, addServices: services => services.ConfigureAll<OpenApiOptions>(
                openApi => openApi.AddDocumentTransformer(builds)));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => api.CreateClient().GetAsync(Document, TestContext.Current.CancellationToken)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Single(answers.Select(answer => answer.Headers.ETag).Distinct());
        Assert.Equal(1, builds.Count);
    }

    private async Task<HttpResponseMessage> AskAsync(string known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Document);
        request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private sealed class CountBuilds : IOpenApiDocumentTransformer
    {
        private int _count;

        public int Count => _count;

        public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            return Task.CompletedTask;
        }
    }
}
