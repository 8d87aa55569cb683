using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The share that one client has in <c>Sessions:MaxPerUser</c>: with a limit of eight, two sessions.</summary>
public abstract class ClientShareTests(ClientShareTests.LimitedApi own)
{
    private const int Limit = 8;
    private readonly BtecApi _api = own.Api;
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(LimitedSqliteApi own) : ClientShareTests(own), IClassFixture<LimitedSqliteApi>;

    public sealed class OnPostgres(LimitedPostgresApi own) : ClientShareTests(own), IClassFixture<LimitedPostgresApi>;

    [Fact]
    public async Task A_client_that_begins_sessions_without_end_ends_its_own_and_no_others()
    {
        var (user, _, login) = await _client.StartAccountAsync();
        var browser = await _api.AddBrowserSessionAsync(user);
        var (greedy, modest) = (await _api.AddClientAsync(), await _api.AddClientAsync());
        var kept = await RedeemAsync(modest, user, browser);

        var tokens = new List<string>();
        for (var i = 0; i < 2 * Limit; i++)
            tokens.Add(await RedeemAsync(greedy, user, browser));

        await _client.AssertAliveAsync(login);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(kept));
        var answers = await Task.WhenAll(tokens.Select(AskAsync));
        Assert.All(answers[..^2], answer => Assert.Equal(HttpStatusCode.Unauthorized, answer));
        Assert.All(answers[^2..], answer => Assert.Equal(HttpStatusCode.OK, answer));
    }

    [Fact]
    public async Task Simultaneous_codes_of_a_client_leave_its_share()
    {
        var (user, _, login) = await _client.StartAccountAsync();
        var browser = await _api.AddBrowserSessionAsync(user);
        var client = await _api.AddClientAsync();
        var codes = new List<string>();
        for (var i = 0; i < 2 * Limit; i++)
            codes.Add(await _api.AddCodeAsync(client, user, browser));

        var redeemed = await Task.WhenAll(codes.Select(code => _client.RedeemAsync(client, code)));

        await _client.AssertAliveAsync(login);
        var answers = await Task.WhenAll(redeemed.Select(answer => AskAsync(answer.GetProperty("access_token").GetString()!)));
        Assert.Equal(Limit / 4, answers.Count(answer => answer == HttpStatusCode.OK));
    }

    private async Task<string> RedeemAsync(string client, int user, Guid browser)
    {
        _api.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var answer = await _client.RedeemAsync(client, await _api.AddCodeAsync(client, user, browser));
        return answer.GetProperty("access_token").GetString()!;
    }

    private async Task<HttpStatusCode> AskAsync(string token)
    {
        using var response = await _client.GetAsync("/oauth/userinfo", token);
        return response.StatusCode;
    }

    public abstract class LimitedApi(DatabaseKind kind) : SharedApi(kind)
    {
        private static readonly Dictionary<string, string?> Settings = new(StringComparer.OrdinalIgnoreCase)
        {
            ["Sessions:MaxPerUser"] = "8",
        };

        protected override Task<BtecApi> StartAsync() => BtecApi.StartAsync(Kind, Settings);
    }

    public sealed class LimitedSqliteApi() : LimitedApi(DatabaseKind.Sqlite);

    public sealed class LimitedPostgresApi() : LimitedApi(DatabaseKind.Postgres);
}
