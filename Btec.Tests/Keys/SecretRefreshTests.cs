using Btec.Tests.Infrastructure;

namespace Btec.Tests.Keys;

/// <summary>Refresh tokens of a session that goes on while <c>Jwt:SigningKey</c> changes.</summary>
public abstract class SecretRefreshTests(DatabaseKind kind)
{
    private static readonly string First = BtecApi.SigningKey;
    private readonly TestClock _clock = new();

    public sealed class OnSqlite() : SecretRefreshTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : SecretRefreshTests(DatabaseKind.Postgres);

    [Fact]
    public async Task A_refresh_can_be_repeated_across_the_change_and_gets_the_same_successor()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var (before, first) = await StartAsync(database);
        var second = await before.CreateClient().RefreshAsync(first.Refresh);
        await before.DisposeAsync();

        await using var after = await database.StartAsync(_clock, "HS256", SecretMoves.Second, First);
        var client = after.CreateClient();

        Assert.Equal(second.Refresh, (await client.RefreshAsync(first.Refresh)).Refresh);
        var third = await client.RefreshAsync(second.Refresh);
        Assert.Equal(third.Refresh, (await client.RefreshAsync(second.Refresh)).Refresh);
        await client.AssertAliveAsync(third);
    }

    [Fact]
    public async Task Instances_before_and_after_the_change_refresh_the_same_session_while_both_know_both_secrets()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        await using var before = await database.StartAsync(_clock, "HS256", First, SecretMoves.Second);
        await using var after = await database.StartAsync(_clock, "HS256", SecretMoves.Second, First);
        var (here, there) = (before.CreateClient(), after.CreateClient());
        var first = await here.StartSessionOfNewUserAsync();

        var second = await there.RefreshAsync(first.Refresh);
        Assert.Equal(second.Refresh, (await here.RefreshAsync(first.Refresh)).Refresh);
        var last = second;
        foreach (var client in new[] { here, there, here, there, here })
        {
            await client.AssertAcceptedAsync(last.Access);
            last = await client.RefreshAsync(last.Refresh);
        }

        using var replayed = await there.TryRefreshAsync(second.Refresh);
        await replayed.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        await here.AssertEndedAsync(last);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(9)]
    public async Task A_used_token_of_any_secret_ends_its_session_after_two_changes(int number)
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var (api, first) = await StartAsync(database);
        List<Tokens> all = [first];
        await using (api)
            await RefreshAsync(api, all, times: 4);

        await using (var second = await database.StartAsync(_clock, "HS256", SecretMoves.Second, First))
            await RefreshAsync(second, all, times: 4);

        await using var third = await database.StartAsync(_clock, "HS256", SecretMoves.Third, SecretMoves.Second, First);
        await RefreshAsync(third, all, times: 4);
        var client = third.CreateClient();
        foreach (var tokens in all)
            await client.AssertAcceptedAsync(tokens.Access);

        using var replayed = await client.TryRefreshAsync(all[number].Refresh);

        await replayed.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        await client.AssertEndedAsync(all[^1]);
        Assert.Empty(await third.FindAuditFaultsAsync());
    }

    private async Task<(BtecApi Api, Tokens Tokens)> StartAsync(TestDatabase database)
    {
        var api = await database.StartAsync(_clock, "HS256", First);
        return (api, await api.CreateClient().StartSessionOfNewUserAsync());
    }

    private static async Task RefreshAsync(BtecApi api, List<Tokens> all, int times)
    {
        var client = api.CreateClient();
        for (var time = 0; time < times; time++)
            all.Add(await client.RefreshAsync(all[^1].Refresh));
    }
}
