using System.Diagnostics;
using System.Globalization;
using System.Net;
using Btec.Tests.Faults;
using Btec.Tests.Infrastructure;
using Btec.Tests.Packages;

namespace Btec.Tests.Regions;

/// <summary>Two regions, and what the distance and the loss of the link between them do. <c>scripts/regions/run.sh</c> runs them, and nothing else
/// does: they take minutes and need root.</summary>
[Collection(FaultCollection.Name)]
public sealed class RegionTests
{
    private const string Chosen = "BTEC_TEST_REGIONS";

    /// <summary>The longest wait of a service for its backend, and some time for a busy machine.</summary>
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(12);

    [Fact(Explicit = true)]
    public async Task Each_route_takes_a_number_of_round_trips()
    {
        Require();
        await using var regions = await TwoRegions.StartAsync();
        var administrator = await StartSuperuserAsync(regions);

        var near = await RouteTimes.MeasureAsync(regions.FarApi, administrator);
        await regions.DelayAsync(TwoRegions.Delay);
        var acrossDatabase = await RouteTimes.MeasureAsync(regions.FarApi, administrator);
        var acrossApi = await RouteTimes.MeasureAsync(regions.HomeApi, administrator);

        Write("| route | without distance | home API | far API | round trips |");
        foreach (var (route, time) in near)
        {
            var trips = (acrossDatabase[route] - time) / (2 * TwoRegions.Delay);
            Write($"| {route} | {time:0.0} ms | {acrossApi[route]:0} ms | {acrossDatabase[route]:0} ms | {trips:0.0} |");
        }
    }

    [Fact(Explicit = true)]
    public async Task Without_the_link_services_verify_tokens_and_the_far_API_asks_to_retry()
    {
        Require();
        await using var regions = await TwoRegions.StartAsync();
        await regions.DelayAsync(TwoRegions.Delay);
        var email = ApiMoves.NewEmail();
        await regions.HomeApi.RegisterAsync(email);
        var token = await regions.HomeApi.LoginAsync(email);
        await using var orders = await StartOrdersAsync();
        await using var introspecting = await StartOrdersAsync(
            ("Btec:Client:IntrospectionClientId", TwoRegions.Introspector),
            ("Btec:Client:IntrospectionClientSecret", TwoRegions.IntrospectorSecret),
            ("Btec:Client:IntrospectionCache", "00:00:00"));
        await ShowAsync("Service, first token", () => orders.SendAsync(HttpMethod.Get, token), HttpStatusCode.OK);
        await ShowAsync("Service, next token", () => orders.SendAsync(HttpMethod.Get, token), HttpStatusCode.OK);
        await ShowAsync("Service that introspects, first token", () => introspecting.SendAsync(HttpMethod.Get, token), HttpStatusCode.OK);
        await ShowAsync("Service that introspects, next token", () => introspecting.SendAsync(HttpMethod.Get, token), HttpStatusCode.OK);

        await regions.CutAsync();
        var cut = Stopwatch.GetTimestamp();
        Write($"The link is cut.");
        await ShowAsync("Service", () => orders.SendAsync(HttpMethod.Get, token), HttpStatusCode.OK);
        await ShowAsync(
            "Service that introspects", () => introspecting.SendAsync(HttpMethod.Get, token), HttpStatusCode.ServiceUnavailable);
        await ShowAsync("Far API, users/me", () => regions.FarApi.GetMeAsync(token), HttpStatusCode.ServiceUnavailable);
        await ShowAsync("Far API, users/me again", () => regions.FarApi.GetMeAsync(token), HttpStatusCode.ServiceUnavailable);
        await ShowAsync(
            "Far API, login",
            () => regions.FarApi.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password)),
            HttpStatusCode.ServiceUnavailable);
        await ShowAsync("Far API, key set", () => regions.FarApi.GetAsync(KeyMoves.KeySet, accessToken: null));

        await using var restarted = await StartOrdersAsync();
        await ShowAsync("Service that was restarted", () => restarted.SendAsync(HttpMethod.Get, token), HttpStatusCode.ServiceUnavailable);
        await ShowAsync(
            "Service that was restarted, again", () => restarted.SendAsync(HttpMethod.Get, token), HttpStatusCode.ServiceUnavailable);
        await ShowManyAsync("Service that was restarted, 10 requests at once", () => restarted.SendAsync(HttpMethod.Get, token));
        await ShowAsync("Service, before the link is back", () => orders.SendAsync(HttpMethod.Get, token), HttpStatusCode.OK);

        await regions.DelayAsync(TwoRegions.Delay);
        var back = Stopwatch.GetTimestamp();
        Write($"The link is back after {Stopwatch.GetElapsedTime(cut).TotalSeconds:0.0} s.");
        await Task.WhenAll(
            ShowRecoveryAsync("Far API, users/me", back, () => regions.FarApi.GetMeAsync(token)),
            ShowRecoveryAsync("Service that introspects", back, () => introspecting.SendAsync(HttpMethod.Get, token)),
            ShowRecoveryAsync("Service that was restarted", back, () => restarted.SendAsync(HttpMethod.Get, token)));
    }

    private static void Require()
    {
        if (Environment.GetEnvironmentVariable(Chosen) is null)
            TestDatabase.SkipOrFail("scripts/regions/run.sh makes the regions.");
    }

    private static Task<OrdersService> StartOrdersAsync(params (string Name, string? Value)[] settings) =>
        OrdersService.StartAsync(settings: [("services:auth:http:0", TwoRegions.HomeUrl), .. settings]);

    private static async Task<string> StartSuperuserAsync(TwoRegions regions)
    {
        var email = ApiMoves.NewEmail();
        await regions.HomeApi.RegisterAsync(email);
        await regions.Database.ExecuteAsync($"UPDATE users SET is_superuser = true WHERE email = '{email}'");
        return await regions.HomeApi.LoginAsync(email);
    }

    private static async Task ShowAsync(string what, Func<Task<HttpResponseMessage>> send, HttpStatusCode? expected = null)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await send();
        var time = Stopwatch.GetElapsedTime(started);
        Write($"{what}: {(int)response.StatusCode} after {time.TotalMilliseconds:0} ms, Retry-After {response.Headers.RetryAfter}");
        if (expected is { } status)
            Assert.Equal(status, response.StatusCode);
    }

    private static async Task ShowManyAsync(string what, Func<Task<HttpResponseMessage>> send)
    {
        var started = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => send()));
        var longest = Stopwatch.GetElapsedTime(started);
        Write($"{what}: {string.Join(' ', answers.Select(answer => (int)answer.StatusCode))}, the last after {longest.TotalMilliseconds:0} ms");
        Array.ForEach(answers, answer => answer.Dispose());
        Assert.True(longest < Answer, $"{longest}");
    }

    private static async Task ShowRecoveryAsync(string what, long back, Func<Task<HttpResponseMessage>> send)
    {
        await Eventually.IsTrueAsync(
            async () =>
            {
                using var response = await send();
                return response.StatusCode == HttpStatusCode.OK;
            },
            what);
        Write($"{what}: 200 after {Stopwatch.GetElapsedTime(back).TotalSeconds:0.0} s");
    }

    private static void Write(FormattableString line) =>
        TestContext.Current.TestOutputHelper?.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static void Write(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
