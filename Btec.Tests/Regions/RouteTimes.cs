using System.Diagnostics;
using System.Net.Http.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Regions;

/// <summary>The times of routes at one API, each the median of several requests of one user after another.</summary>
internal sealed class RouteTimes
{
    private const int Samples = 9;

    /// <summary>The requests before those that count: the JIT compiler and prepared statements.</summary>
    private const int Warming = 7;

    private readonly HttpClient _api;
    private readonly string _administrator;
    private readonly string _email = ApiMoves.NewEmail();
    private Tokens? _tokens;

    private RouteTimes(HttpClient api, string administrator) => (_api, _administrator) = (api, administrator);

    /// <summary>Measures all routes, in milliseconds.</summary>
    /// <param name="administrator">The access token of a superuser.</param>
    public static async Task<IReadOnlyDictionary<string, double>> MeasureAsync(HttpClient api, string administrator)
    {
        var times = new RouteTimes(api, administrator);
        await api.RegisterAsync(times._email);
        times._tokens = await api.StartSessionAsync(times._email);
        var results = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, send) in times.List())
            results.Add(name, await MeasureAsync(name, send));

        return results;
    }

    private static async Task<double> MeasureAsync(string name, Func<Task<HttpResponseMessage>> send)
    {
        var samples = new List<double>();
        for (var sample = -Warming; sample < Samples; sample++)
        {
            var started = Stopwatch.GetTimestamp();
            using var response = await send();
            if (sample >= 0)
                samples.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);

            Assert.True(response.IsSuccessStatusCode, $"{name}: {response.StatusCode} {await response.ReadTextAsync()}");
        }

        return samples.Order().ElementAt(Samples / 2);
    }

    private IEnumerable<(string Name, Func<Task<HttpResponseMessage>> Send)> List() =>
    [
        ("GET /.well-known/jwks.json", () => _api.GetAsync(KeyMoves.KeySet, accessToken: null)),
        ("GET /api/users/me", () => _api.GetMeAsync(_tokens!.Access)),
        ("GET /api/users/me/sessions", () => _api.GetAsync("/api/users/me/sessions", _tokens!.Access)),
        ("GET /api/users", () => _api.GetAsync("/api/users?limit=50", _administrator)),
        ("GET /api/audit-events", () => _api.GetAsync("/api/audit-events?limit=50", _administrator)),
        ("PATCH /api/users/me", RenameAsync),
        ("POST /api/auth/register", RegisterAsync),
        ("POST /api/auth/login", LogInAsync),
        ("POST /api/auth/token (refresh)", RefreshAsync),
        ("POST /api/auth/introspect", IntrospectAsync),
        ("POST /api/auth/logout", LogOutAsync),
    ];

    private async Task<HttpResponseMessage> RenameAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/users/me");
        request.Headers.Authorization = new("Bearer", _tokens!.Access);
        request.Content = JsonContent.Create(new { full_name = ApiMoves.NewEmail() });
        return await _api.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private Task<HttpResponseMessage> RegisterAsync() =>
        _api.PostJsonAsync("/api/auth/register", new { email = ApiMoves.NewEmail(), password = ApiMoves.Password });

    private Task<HttpResponseMessage> LogInAsync() =>
        _api.PostFormAsync("/api/auth/login", ("username", _email), ("password", ApiMoves.Password));

    private async Task<HttpResponseMessage> RefreshAsync()
    {
        var response = await _api.TryRefreshAsync(_tokens!.Refresh);
        if (response.IsSuccessStatusCode)
            _tokens = Tokens.From(await response.ReadJsonAsync());

        return response;
    }

    private Task<HttpResponseMessage> IntrospectAsync() => _api.PostFormAsync(
        "/api/auth/introspect", ("token", _tokens!.Access), ("client_id", TwoRegions.Introspector), ("client_secret", TwoRegions.IntrospectorSecret));

    /// <summary>Ends the session of a login that went before, so that the time is that of both.</summary>
    private async Task<HttpResponseMessage> LogOutAsync()
    {
        var session = await _api.StartSessionAsync(_email);
        return await _api.LogOutAsync(session.Access);
    }
}
