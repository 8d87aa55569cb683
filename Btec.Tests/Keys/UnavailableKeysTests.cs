using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Keys;

/// <summary>Routes that need no key while the keys cannot be read, because the database has no schema yet.</summary>
public abstract class UnavailableKeysTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : UnavailableKeysTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : UnavailableKeysTests(DatabaseKind.Postgres);

    [Fact]
    public async Task While_the_keys_cannot_be_read_the_process_is_alive_and_serves_its_documents()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256(), migrate: false);
        var client = api.CreateClient();

        foreach (var path in new[] { "/alive", "/openapi/v1.json", "/.well-known/oauth-authorization-server" })
        {
            using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal((path, HttpStatusCode.OK), (path, response.StatusCode));
        }

        using var health = await client.GetAsync("/api/health", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        using var me = await client.GetMeAsync(accessToken: null);
        await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
    }
}
