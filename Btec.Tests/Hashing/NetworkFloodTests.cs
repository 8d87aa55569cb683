using System.Net;
using Btec.Tests.Infrastructure;
using Btec.Tests.Protection;

namespace Btec.Tests.Hashing;

/// <summary>Floods of logins from one network, or from many, while others log in.</summary>
[Asvs("15.2.2")]
public abstract class NetworkFloodTests(DatabaseKind kind)
{
    private const int QueueLimit = 4;

    public sealed class OnSqlite() : NetworkFloodTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : NetworkFloodTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData("2001:db8:1:{0}::1")]
    [InlineData("203.0.113.{0}")]
    [InlineData("::ffff:203.0.113.{0}")]
    public async Task A_flood_from_one_network_fills_only_its_own_share(string network)
    {
        await using var api = await StartAsync();
        var email = ApiMoves.NewEmail();
        await api.From("192.0.2.1").RegisterAsync(email);
        using var held = await HeldWorker.TakeAsync(api);
        var flood = Flood(api, number => string.Format(null, network, number), count: 3 * QueueLimit);
        await held.WaitUntilWaitingAsync(QueueLimit);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(flood.Count(login => login.IsCompleted) == 2 * QueueLimit), "the others are refused");

        var login = api.From("198.51.100.1").TryLoginAsync(email);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(flood.Count(login => login.IsCompleted) > 2 * QueueLimit), "one has lost its place");
        held.Release();

        using var answer = await login;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        foreach (var response in await Task.WhenAll(flood))
            Assert.Contains(response.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.ServiceUnavailable });
    }

    [Fact]
    public async Task A_flood_from_many_networks_leaves_room_for_a_network_in_which_the_owner_has_a_session()
    {
        await using var api = await StartAsync();
        var email = ApiMoves.NewEmail();
        await api.From("192.0.2.1").RegisterAsync(email);
        await api.From("198.51.100.1").LoginAsync(email);
        using var held = await HeldWorker.TakeAsync(api);
        var flood = Flood(api, number => $"203.0.{number}.1", QueueLimit);
        await held.WaitUntilWaitingAsync(QueueLimit);

        using var stranger = await api.From("192.0.2.1").TryLoginAsync(email);
        await stranger.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "busy");
        var login = api.From("198.51.100.200").TryLoginAsync(email);
        await Eventually.IsTrueAsync(() => Task.FromResult(flood.Exists(login => login.IsCompleted)), "one has lost its place");
        held.Release();

        using var answer = await login;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Task.WhenAll(flood);
    }

    private static List<Task<HttpResponseMessage>> Flood(BtecApi api, Func<int, string> address, int count) =>
        [.. Enumerable.Range(1, count).Select(number => api.From(address(number)).TryLoginAsync(ApiMoves.NewEmail(), "a wrong password"))];

    private Task<BtecApi> StartAsync() => BtecApi.StartAsync(kind, LimitedApi.Settings(
        ("RateLimiting:Enabled", "false"), ("Hashing:Workers", "1"), ("Hashing:QueueLimit", $"{QueueLimit}")));
}
