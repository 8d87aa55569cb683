using Btec.Tests.Infrastructure;

namespace Btec.Tests.Sessions;

/// <summary>The metric of refreshes. The choice of database does not matter here.</summary>
public sealed class RefreshMetricTests
{
    [Fact]
    public async Task Each_exchange_of_a_refresh_token_is_counted_by_its_outcome()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite);
        using var measured = Measurements.Of(api, name => name == "btec.refreshes");
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var first = await client.StartSessionAsync(email);

        await client.RefreshAsync(first.Refresh);
        await client.RefreshAsync(first.Refresh);
        api.Clock.Advance(TimeSpan.FromMinutes(5));
        using var reused = await client.TryRefreshAsync(first.Refresh);
        using var unknown = await client.TryRefreshAsync("never issued");

        await reused.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        await unknown.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        Assert.Equal(
            [
                "btec.refreshes 1 outcome=refreshed",
                "btec.refreshes 1 outcome=repeated",
                "btec.refreshes 1 outcome=refresh_token_reused",
                "btec.refreshes 1 outcome=refresh_token_invalid",
            ],
            measured.Lines,
            StringComparer.Ordinal);
    }
}
