using System.Diagnostics;
using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Hashing;

/// <summary>Responses while more passwords arrive than can be hashed: 503 with Retry-After, and no effect on other
/// routes.</summary>
public abstract class LoginFloodTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : LoginFloodTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : LoginFloodTests(DatabaseKind.Postgres);

    [Fact]
    public async Task When_the_queue_is_full_every_route_that_hashes_answers_busy_for_known_and_unknown_accounts_alike()
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        var known = ApiMoves.NewEmail();
        await client.RegisterAsync(known);
        using var held = await HeldWorker.TakeAsync(api);
        var waiting = client.PostFormAsync("/api/auth/login", ("username", known), ("password", ApiMoves.Password));
        await held.WaitUntilWaitingAsync(1);

        foreach (var (username, password) in new[]
        {
            (known, ApiMoves.Password), (known, "wrong"), (ApiMoves.NewEmail(), "wrong"), ("no address", ""),
        })
        {
            using var login = await client.PostFormAsync("/api/auth/login", ("username", username), ("password", password));
            await AssertBusyAsync(login);
            using var token = await client.PostFormAsync(
                "/api/auth/token", ("grant_type", "password"), ("username", username), ("password", password));
            await AssertBusyAsync(token);
        }

        var refused = ApiMoves.NewEmail();
        using var register = await client.PostJsonAsync("/api/auth/register", new { email = refused, password = ApiMoves.Password });
        await AssertBusyAsync(register);

        held.Release();
        using var answered = await waiting;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        await client.RegisterAsync(refused);
    }

    [Fact]
    [Asvs("15.2.2")]
    public async Task Routes_that_hash_nothing_are_answered_as_usual()
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        using var held = await HeldWorker.TakeAsync(api);

        using var me = await client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        tokens = await client.RefreshAsync(tokens.Refresh);
        using var health = await client.GetAsync("/api/health", accessToken: null);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        using var invalid = await client.PostTextAsync("/api/auth/register", "{}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, invalid.StatusCode);
        using var logout = await client.LogOutAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
    }

    [Fact]
    public async Task A_client_that_disconnects_frees_its_place_in_the_queue()
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        using var held = await HeldWorker.TakeAsync(api);
        using var hangUp = new CancellationTokenSource();
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("username", email), KeyValuePair.Create("password", "wrong")]);
        var left = client.PostAsync(new Uri("/api/auth/login", UriKind.Relative), form, hangUp.Token);
        await held.WaitUntilWaitingAsync(1);

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await held.WaitUntilWaitingAsync(0);

        var next = client.LoginAsync(email);
        await held.WaitUntilWaitingAsync(1);
        held.Release();
        await next;
    }

    [Fact]
    public async Task A_request_that_waits_for_the_limit_is_answered_busy()
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        using var held = await HeldWorker.TakeAsync(api);
        var waiting = client.PostFormAsync("/api/auth/login", ("username", ApiMoves.NewEmail()), ("password", "wrong"));
        await held.WaitUntilWaitingAsync(1);

        api.Clock.Advance(TimeSpan.FromSeconds(10));

        using var answered = await waiting;
        await AssertBusyAsync(answered);
    }

    /// <summary>Sends forty logins that each cost one worker a tenth of a second or more. Computed on the thread pool, they would
    /// delay the reads by seconds.</summary>
    [Fact]
    public async Task In_a_flood_of_logins_the_only_failure_is_busy_and_reads_stay_fast()
    {
        await using var api = await StartAsync(queueLimit: 10, workFactor: 11);
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var token = await client.LoginAsync(email);

        var flood = Enumerable.Range(0, 40)
            .Select(_ => client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password))).ToList();
        var quickest = TimeSpan.MaxValue;
        var reads = 0;
        while (!flood.TrueForAll(login => login.IsCompleted))
        {
            var watch = Stopwatch.StartNew();
            using var me = await client.GetMeAsync(token);
            quickest = watch.Elapsed < quickest ? watch.Elapsed : quickest;
            Assert.Equal(HttpStatusCode.OK, me.StatusCode);
            reads++;
        }

        var answers = await Task.WhenAll(flood);
        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK), 11, 39);
        foreach (var answer in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
            await AssertBusyAsync(answer);

        Assert.True(reads > 10 && quickest < TimeSpan.FromMilliseconds(100), $"{reads} reads, the quickest in {quickest}");
    }

    private Task<BtecApi> StartAsync(int queueLimit = 1, int workFactor = 4) => BtecApi.StartAsync(
        kind,
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Hashing:Workers"] = "1",
            ["Hashing:QueueLimit"] = queueLimit.ToString(),
            ["Passwords:WorkFactor"] = workFactor.ToString(),
        });

    private static async Task AssertBusyAsync(HttpResponseMessage response)
    {
        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "busy");
        Assert.InRange(response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.True(response.Headers.CacheControl?.NoStore);
    }
}
