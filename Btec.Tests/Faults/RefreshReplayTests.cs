using System.Net;
using Btec.Data.Audit;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

/// <summary>Many replays of a used refresh token at once. They wait for one lock, so other load would add to their time.</summary>
public abstract class RefreshReplayTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    [Collection(FaultCollection.Name)]
    public sealed class OnSqlite(SqliteApi shared) : RefreshReplayTests(shared);

    [Collection(FaultCollection.Name)]
    public sealed class OnPostgres(PostgresApi shared) : RefreshReplayTests(shared);

    [Fact]
    public async Task Of_fifty_simultaneous_replays_one_is_audited()
    {
        var (id, _, first) = await _client.StartAccountAsync();
        var last = first;
        for (var refresh = 0; refresh < 5; refresh++)
            last = await _client.RefreshAsync(last.Refresh);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var replayed = await _client.TryRefreshAsync(first.Refresh);
            Assert.Equal(HttpStatusCode.BadRequest, replayed.StatusCode);
        }));

        Assert.Single(await shared.Api.ReadEventsAsync(id, AuditTypes.RefreshTokenReused));
        await _client.AssertEndedAsync(last);
    }
}
