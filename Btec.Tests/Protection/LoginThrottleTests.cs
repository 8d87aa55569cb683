using System.Net;
using System.Text.RegularExpressions;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Protection;

/// <summary>Throttling of password guesses, which does not affect the owner of the account.</summary>
public abstract class LoginThrottleTests(DatabaseKind kind)
{
    private const string Stranger = "203.0.113.7";
    private const string Owner = "198.51.100.7";
    private const string Wrong = "not the password";

    public sealed class OnSqlite() : LoginThrottleTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : LoginThrottleTests(DatabaseKind.Postgres);

    [Fact]
    [Asvs("6.3.1")]
    public async Task From_the_fifth_failure_even_the_right_password_is_refused_for_a_delay_that_doubles_each_time()
    {
        await using var api = await StartAsync();
        var client = api.From(Stranger);
        var email = await RegisterAsync(api);
        for (var failure = 0; failure < 5; failure++)
            await FailAsync(client, email);

        foreach (var delay in new[] { 1, 2, 4, 8, 16 })
        {
            api.Clock.Advance(TimeSpan.FromSeconds(delay) - TimeSpan.FromMilliseconds(1));
            await FailAsync(client, email, ApiMoves.Password);
            api.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await FailAsync(client, email);
        }

        api.Clock.Advance(TimeSpan.FromSeconds(32));
        await client.LoginAsync(email);
        await FailAsync(client, email);
        await client.LoginAsync(email);
    }

    [Fact]
    public async Task The_delay_has_a_maximum_and_failures_are_forgotten_in_time()
    {
        await using var api = await StartAsync(("RateLimiting:Slowdown:MaxDelay", "00:00:04"), ("RateLimiting:Slowdown:ForgetAfter", "00:01:00"));
        var client = api.From(Stranger);
        var email = await RegisterAsync(api);
        for (var failure = 0; failure < 12; failure++)
        {
            await FailAsync(client, email);
            api.Clock.Advance(TimeSpan.FromSeconds(4));
        }

        await FailAsync(client, email);
        api.Clock.Advance(TimeSpan.FromMinutes(1));
        for (var failure = 0; failure < 4; failure++)
            await FailAsync(client, email);

        await client.LoginAsync(email);
    }

    [Fact]
    public async Task The_whole_network_is_throttled_and_no_other_network()
    {
        await using var api = await StartAsync();
        var email = await RegisterAsync(api);
        for (var failure = 0; failure < 5; failure++)
            await FailAsync(api.From($"203.0.113.{failure}"), email);
        for (var failure = 0; failure < 5; failure++)
            await FailAsync(api.From($"2001:db8:1:{failure}::1"), email);

        await FailAsync(api.From("203.0.113.99"), email, ApiMoves.Password);
        await FailAsync(api.From("2001:db8:1:99::1"), email, ApiMoves.Password);
        await api.From("203.0.114.1").LoginAsync(email);
        await api.From("2001:db8:2::1").LoginAsync(email);
    }

    [Fact]
    public async Task An_attacker_in_many_networks_does_not_lock_the_owner_out_of_a_known_network()
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAccount:Limit", "20"));
        var email = await RegisterAsync(api);
        await api.From(Owner).LoginAsync(email);

        for (var network = 0; network < 20; network++)
        {
            for (var failure = 0; failure < 6; failure++)
            {
                using var guess = await api.From($"203.0.{network}.{failure}").TryLoginAsync(email, Wrong);
                Assert.Contains(guess.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests });
            }
        }

        // The attacker has used up the account's limit, and is also throttled in the owner's network.
        using var elsewhere = await api.From("192.0.2.1").TryLoginAsync(email);
        await elsewhere.AssertLimitedAsync();
        for (var failure = 0; failure < 10; failure++)
            await FailAsync(api.From("198.51.100.200"), email);

        await api.From(Owner).LoginAsync(email);
        using var granted = await api.From("198.51.100.8").PostFormAsync(
            "/api/auth/token", ("grant_type", "password"), ("username", email), ("password", ApiMoves.Password));
        Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
    }

    [Fact]
    public async Task Recovery_works_while_logins_are_throttled_and_the_new_password_works_at_once()
    {
        await using var api = await StartAsync();
        var client = api.From(Stranger);
        var email = await RegisterAsync(api);
        for (var failure = 0; failure < 8; failure++)
            await FailAsync(client, email);

        using var recovered = await client.PostJsonAsync("/api/auth/password-recovery", new { email });
        Assert.Equal(HttpStatusCode.Accepted, recovered.StatusCode);
        var token = await api.ReadTokenAsync(email, MailTemplate.ResetPassword);
        using var reset = await client.PostJsonAsync("/api/auth/password-reset", new { token, new_password = "another horse battery" });
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);

        await client.LoginAsync(email, "another horse battery");
    }

    [Fact]
    public async Task Responses_do_not_reveal_throttling_or_whether_the_account_exists()
    {
        await using var api = await StartAsync();
        var known = await RegisterAsync(api);
        var answers = new List<string>();
        foreach (var email in new[] { known, ApiMoves.NewEmail() })
        {
            for (var failure = 0; failure < 7; failure++)
            {
                using var answer = await api.From(Stranger).TryLoginAsync(email, failure == 6 ? ApiMoves.Password : Wrong);
                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
                var headers = answer.Headers.Where(header => header.Key is not ("Date" or "RateLimit"))
                    .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
                answers.Add(string.Join('\n', headers.Append(
                    Regex.Replace(await answer.ReadTextAsync(), "[0-9a-f]{32}", "", RegexOptions.None, TimeSpan.FromSeconds(1)))));
            }
        }

        Assert.Single(answers.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_right_password_is_not_counted_as_a_failure_while_the_database_refuses_the_session()
    {
        await using var api = await StartAsync();
        var client = api.From(Stranger);
        var email = await RegisterAsync(api);
        await api.Database.ExecuteAsync("ALTER TABLE audit_events RENAME TO audit_events_away");
        for (var attempt = 0; attempt < 6; attempt++)
        {
            using var refused = await client.TryLoginAsync(email);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }

        await api.Database.ExecuteAsync("ALTER TABLE audit_events_away RENAME TO audit_events");

        await client.LoginAsync(email);
    }

    private static async Task FailAsync(HttpClient client, string email, string password = Wrong)
    {
        using var response = await client.TryLoginAsync(email, password);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    private static async Task<string> RegisterAsync(BtecApi api)
    {
        var email = ApiMoves.NewEmail();
        await api.From("192.0.2.99").RegisterAsync(email);
        return email;
    }

    private Task<BtecApi> StartAsync(params (string Name, string Value)[] settings) => BtecApi.StartAsync(kind, LimitedApi.Settings(settings));
}
