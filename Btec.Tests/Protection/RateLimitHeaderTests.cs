using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Protection;

/// <summary>The headers of limits, which tell strangers nothing about others, and the cost of requests that tried nothing.</summary>
public abstract class RateLimitHeaderTests(DatabaseKind kind)
{
    private const string Home = "198.51.100.7";
    private const string Wrong = "not the password";

    public sealed class OnSqlite() : RateLimitHeaderTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : RateLimitHeaderTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData("/api/auth/login", true)]
    [InlineData("/api/auth/token", true)]
    [InlineData("/api/auth/login", false)]
    public async Task A_stranger_sees_the_same_whether_or_not_the_owner_logs_in(string path, bool isActive)
    {
        await using var api = await StartAsync();

        Assert.Equal(await WatchAsync("203.0.113.7", logsIn: false), await WatchAsync("192.0.2.7", logsIn: true));

        async Task<List<string>> WatchAsync(string stranger, bool logsIn)
        {
            var email = ApiMoves.NewEmail();
            await api.From("233.252.0.1").RegisterAsync(email);
            if (!isActive)
                await api.ActivateAsync(email, active: false);

            var seen = new List<string> { await LookAsync() };
            // Elsewhere, at home and in a network that is known by then.
            foreach (var address in logsIn ? [Home, Home, "233.252.0.9"] : Array.Empty<string>())
            {
                using var login = await TryAsync(address, ApiMoves.Password);
                Assert.Equal(isActive ? HttpStatusCode.OK : HttpStatusCode.Forbidden, login.StatusCode);
                seen.Add(await LookAsync());
            }

            for (var look = seen.Count; look < 4; look++)
                seen.Add(await LookAsync());

            return seen;

            async Task<string> LookAsync()
            {
                using var guess = await TryAsync(stranger, Wrong);
                return $"{guess.StatusCode} {guess.Header("RateLimit")} {guess.Header("RateLimit-Policy")}";
            }

            Task<HttpResponseMessage> TryAsync(string address, string password) => api.From(address).PostFormAsync(
                path, ("grant_type", "password"), ("username", email), ("password", password));
        }
    }

    [Theory]
    [InlineData("/api/auth/password-recovery", "open")]
    [InlineData("/api/auth/register", "open")]
    [InlineData("/api/auth/register", "verified")]
    public async Task A_stranger_does_not_see_that_the_owner_asked_for_a_mail(string path, string mode)
    {
        await using var api = await StartAsync(
            [.. AccountMoves.RegistrationSettings(mode).Select(setting => (setting.Key, setting.Value!))]);

        Assert.Equal(await WatchAsync("203.0.113.7", asks: false), await WatchAsync("192.0.2.7", asks: true));

        async Task<List<string>> WatchAsync(string stranger, bool asks)
        {
            var email = ApiMoves.NewEmail();
            var seen = new List<string> { await LookAsync() };
            if (asks)
                (await AskAsync(Home)).Dispose();

            seen.Add(await LookAsync());
            return seen;

            async Task<string> LookAsync()
            {
                using var answer = await AskAsync(stranger);
                Assert.DoesNotContain("\"account\"", answer.Header("RateLimit"), StringComparison.Ordinal);
                Assert.Contains("\"account\"", answer.Header("RateLimit-Policy"), StringComparison.Ordinal);
                return $"{answer.StatusCode} {answer.Header("RateLimit")}";
            }

            Task<HttpResponseMessage> AskAsync(string address) =>
                api.From(address).PostJsonAsync(path, new { email, password = ApiMoves.Password });
        }
    }

    [Fact]
    public async Task A_request_that_was_answered_busy_costs_the_account_nothing()
    {
        await using var api = await StartAsync(
            ("Hashing:Workers", "1"),
            ("Hashing:QueueLimit", "0"),
            ("RateLimiting:Login:PerAccount:Limit", "2"),
            ("RateLimiting:Register:PerAccount:Limit", "1"),
            ("RateLimiting:PasswordChange:PerAccount:Limit", "1"));
        var client = api.From(Home);
        var (_, email, tokens) = await client.StartAccountAsync();
        var other = ApiMoves.NewEmail();
        using (await HeldWorker.TakeAsync(api))
        {
            for (var request = 0; request < 3; request++)
            {
                await AssertBusyAsync(api.From("203.0.113.7").TryLoginAsync(email, Wrong));
                await AssertBusyAsync(client.PostJsonAsync("/api/auth/register", new { email = other, password = ApiMoves.Password }));
                await AssertBusyAsync(client.SendJsonAsync(HttpMethod.Delete, "/api/users/me", tokens.Access, new { password = Wrong }));
            }
        }

        using var first = await api.From("203.0.113.7").TryLoginAsync(email, Wrong);
        Assert.Contains("\"account\";r=1", first.Header("RateLimit"), StringComparison.Ordinal);
        await client.RegisterAsync(other);
        using var wrong = await client.SendJsonAsync(HttpMethod.Delete, "/api/users/me", tokens.Access, new { password = Wrong });
        await wrong.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
    }

    [Fact]
    public async Task A_login_while_the_database_is_unavailable_costs_the_account_nothing()
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAccount:Limit", "2"));
        var email = ApiMoves.NewEmail();
        await api.From("233.252.0.1").RegisterAsync(email);
        await api.Database.ExecuteAsync("ALTER TABLE sessions RENAME TO sessions_away");
        for (var request = 0; request < 3; request++)
        {
            using var unavailable = await api.From(Home).TryLoginAsync(email);
            await unavailable.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        }

        await api.Database.ExecuteAsync("ALTER TABLE sessions_away RENAME TO sessions");

        using var login = await api.From(Home).TryLoginAsync(email);
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        Assert.Contains("\"account\";r=2;t=0", login.Header("RateLimit"), StringComparison.Ordinal);
    }

    private static async Task AssertBusyAsync(Task<HttpResponseMessage> request)
    {
        using var answer = await request;
        await answer.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "busy");
    }

    private Task<BtecApi> StartAsync(params (string Name, string Value)[] settings) =>
        BtecApi.StartAsync(kind, LimitedApi.Settings(settings));
}
