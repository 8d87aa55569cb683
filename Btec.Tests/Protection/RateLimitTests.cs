using System.Net;
using System.Text.RegularExpressions;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Protection;

/// <summary>Rate limits of the routes, and the responses beyond them.</summary>
[Asvs("2.3.2")]
public abstract class RateLimitTests(DatabaseKind kind)
{
    private const string Here = "203.0.113.7";

    public sealed class OnSqlite() : RateLimitTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : RateLimitTests(DatabaseKind.Postgres);

    [Fact]
    public async Task An_address_beyond_its_limit_is_served_again_after_Retry_After_and_not_a_second_before()
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAddress:Limit", "3"), ("RateLimiting:Login:PerAddress:Window", "00:01:00"));
        var client = api.From(Here);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var answer = await client.TryLoginAsync(ApiMoves.NewEmail());
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("\"address\";q=3;w=60, \"account\";q=30;w=900", answer.Header("RateLimit-Policy"));
            Assert.Equal($"\"address\";r={2 - attempt};t={20 * (attempt + 1)}, \"account\";r=29;t=30", answer.Header("RateLimit"));
        }

        using var refused = await client.TryLoginAsync(ApiMoves.NewEmail());
        Assert.Equal(20, await refused.AssertLimitedAsync());
        Assert.Equal("\"address\";r=0;t=60", refused.Header("RateLimit"));

        api.Clock.Advance(TimeSpan.FromSeconds(19));
        using var early = await client.TryLoginAsync(ApiMoves.NewEmail());
        Assert.Equal(1, await early.AssertLimitedAsync());
        api.Clock.Advance(TimeSpan.FromSeconds(1));
        using var heard = await client.TryLoginAsync(ApiMoves.NewEmail());
        Assert.Equal(HttpStatusCode.Unauthorized, heard.StatusCode);
        using var other = await api.From("203.0.113.8").TryLoginAsync(ApiMoves.NewEmail());
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
    }

    [Fact]
    public async Task All_addresses_of_an_IPv6_64_prefix_are_one_client_and_its_neighbour_is_another()
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAddress:Limit", "1"));

        using var first = await api.From("2001:db8:1:2::1").TryLoginAsync(ApiMoves.NewEmail());
        using var same = await api.From("2001:db8:1:2:ffff:ffff:ffff:ffff").TryLoginAsync(ApiMoves.NewEmail());
        using var neighbor = await api.From("2001:db8:1:3::1").TryLoginAsync(ApiMoves.NewEmail());

        Assert.Equal(HttpStatusCode.Unauthorized, first.StatusCode);
        await same.AssertLimitedAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, neighbor.StatusCode);
    }

    [Fact]
    public async Task Without_a_trusted_proxy_X_Forwarded_For_does_not_choose_the_client()
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAddress:Limit", "1"), ("Proxy:TrustedHops", "0"));

        using var first = await api.From("203.0.113.1").TryLoginAsync(ApiMoves.NewEmail());
        using var second = await api.From("203.0.113.2").TryLoginAsync(ApiMoves.NewEmail());

        Assert.Equal(HttpStatusCode.Unauthorized, first.StatusCode);
        await second.AssertLimitedAsync();
    }

    [Fact]
    [Asvs("6.3.1")]
    public async Task An_account_is_limited_across_all_addresses_whether_it_exists_or_not()
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAccount:Limit", "2"), ("RateLimiting:Login:PerAccount:Window", "00:01:00"));
        var known = ApiMoves.NewEmail();
        await api.CreateClient().RegisterAsync(known);

        Assert.Equal(await AskAsync(ApiMoves.NewEmail()), await AskAsync(known));

        async Task<string> AskAsync(string email)
        {
            var heard = new List<string>();
            // All spellings count as one account.
            foreach (var (index, spelling) in new[] { email, $" {email}", email.ToUpperInvariant(), email }.Index())
            {
                using var answer = await api.From($"198.51.100.{index}").TryLoginAsync(spelling, "not the password");
                var body = Regex.Replace(await answer.ReadTextAsync(), "[0-9a-f]{32}", "", RegexOptions.None, TimeSpan.FromSeconds(1));
                heard.Add(string.Join('\n', answer.Headers.Where(header => header.Key != "Date")
                    .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
                    .Prepend($"{(int)answer.StatusCode}").Append(body)));
            }

            Assert.StartsWith("401", heard[1], StringComparison.Ordinal);
            Assert.StartsWith("429", heard[2], StringComparison.Ordinal);
            return string.Join("\n\n", heard.Select(text =>
                Regex.Replace(text, "\"address\";r=\\d+;t=\\d+", "", RegexOptions.None, TimeSpan.FromSeconds(1))));
        }
    }

    [Fact]
    [Asvs("6.3.4")]
    public async Task The_token_endpoint_counts_passwords_together_with_logins_and_refresh_tokens_separately()
    {
        await using var api = await StartAsync(
            ("RateLimiting:Login:PerAddress:Limit", "2"),
            ("RateLimiting:Refresh:PerAccount:Limit", "2"),
            ("RateLimiting:Refresh:PerAddress:Limit", "6"));
        var client = api.From(Here);
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);

        using var login = await client.TryLoginAsync(email);
        using var grant = await client.PostFormAsync(
            "/api/auth/token", ("grant_type", "password"), ("username", email), ("password", ApiMoves.Password));
        Assert.Equal(HttpStatusCode.OK, grant.StatusCode);
        var token = (await login.ReadJsonAsync()).GetProperty("refresh_token").GetString()!;
        using var refused = await client.PostFormAsync(
            "/api/auth/token", ("grant_type", "password"), ("username", email), ("password", ApiMoves.Password));
        await refused.AssertLimitedAsync();

        foreach (var expected in new[] { HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests })
        {
            using var refreshed = await client.PostFormAsync("/api/auth/token", ("grant_type", "refresh_token"), ("refresh_token", token));
            Assert.Equal(expected, refreshed.StatusCode);
        }

        using var unreadable = await client.PostBytesAsync("/api/auth/token", [0xFF], "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.BadRequest, unreadable.StatusCode);
        Assert.Contains("\"address\";r=0", unreadable.Header("RateLimit"), StringComparison.Ordinal);
        using var again = await client.PostBytesAsync("/api/auth/token", [0xFF], "application/x-www-form-urlencoded");
        await again.AssertLimitedAsync();
    }

    [Theory]
    [InlineData("Register", "/api/auth/register", """{"email":"a@example.com","password":"12345678"}""")]
    [InlineData("Recovery", "/api/auth/password-recovery", """{"email":"a@example.com"}""")]
    [InlineData("Reset", "/api/auth/password-reset", """{"token":"x","new_password":"correct horse battery"}""")]
    [InlineData("Confirmation", "/api/auth/email-verification/confirm", """{"token":"x"}""")]
    [Asvs("2.4.1")]
    public async Task Anonymous_routes_are_limited_by_address_and_by_account(string policy, string path, string body)
    {
        await using var byAddress = await StartAsync(($"RateLimiting:{policy}:PerAddress:Limit", "1"));
        using var first = await byAddress.From(Here).PostTextAsync(path, "{}");
        using var second = await byAddress.From(Here).PostTextAsync(path, "{}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, first.StatusCode);
        Assert.Contains("\"address\";r=0", first.Header("RateLimit"), StringComparison.Ordinal);
        // Recovery is answered alike however often.
        if (policy == "Recovery")
            await second.AssertEmptyAsync(HttpStatusCode.Accepted);
        else
            await second.AssertLimitedAsync();

        await using var byAccount = await StartAsync(($"RateLimiting:{policy}:PerAccount:Limit", "1"));
        body = body.Replace("12345678", ApiMoves.Password, StringComparison.Ordinal);
        using var third = await byAccount.From("198.51.100.1").PostTextAsync(path, body);
        using var fourth = await byAccount.From("198.51.100.2").PostTextAsync(path, body);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, third.StatusCode);
        if (policy == "Recovery")
        {
            await fourth.AssertEmptyAsync(HttpStatusCode.Accepted);
            return;
        }

        await fourth.AssertLimitedAsync();
        Assert.Contains("\"account\";r=0", fourth.Header("RateLimit"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Revocation", "/api/auth/revoke", "token", "x")]
    public async Task Anonymous_forms_are_limited_by_address_and_by_account(string policy, string path, string field, string value)
    {
        await using var byAddress = await StartAsync(($"RateLimiting:{policy}:PerAddress:Limit", "1"));
        using var first = await byAddress.From(Here).PostFormAsync(path, (field, value));
        using var second = await byAddress.From(Here).PostFormAsync(path, (field, "y"));
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await second.AssertLimitedAsync();

        await using var byAccount = await StartAsync(($"RateLimiting:{policy}:PerAccount:Limit", "1"));
        using var third = await byAccount.From("198.51.100.1").PostFormAsync(path, (field, value));
        using var fourth = await byAccount.From("198.51.100.2").PostFormAsync(path, (field, value));
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
        await fourth.AssertLimitedAsync();
    }

    [Theory]
    [InlineData("Verification", "/api/auth/email-verification")]
    [InlineData("EmailChange", "/api/users/me/email")]
    [InlineData("PasswordChange", "/api/users/me/password")]
    public async Task Authenticated_routes_are_limited_by_address_before_authentication_and_by_user(string policy, string path)
    {
        await using var byAddress = await StartAsync(($"RateLimiting:{policy}:PerAddress:Limit", "1"));
        using var first = await byAddress.From(Here).PostTextAsync(path, "{}");
        using var second = await byAddress.From(Here).PostTextAsync(path, "{}");
        Assert.Equal(HttpStatusCode.Unauthorized, first.StatusCode);
        await second.AssertLimitedAsync();

        await using var byUser = await StartAsync(($"RateLimiting:{policy}:PerAccount:Limit", "1"));
        var (_, _, tokens) = await byUser.CreateClient().StartAccountAsync();
        using var third = await byUser.From("198.51.100.1").SendJsonAsync(HttpMethod.Post, path, tokens.Access, new { });
        using var fourth = await byUser.From("198.51.100.2").SendJsonAsync(HttpMethod.Post, path, tokens.Access, new { });
        Assert.NotEqual(HttpStatusCode.TooManyRequests, third.StatusCode);
        await fourth.AssertLimitedAsync();
    }

    [Fact]
    public async Task Deleting_an_account_and_changing_its_password_share_one_limit_of_guesses()
    {
        await using var api = await StartAsync(("RateLimiting:PasswordChange:PerAccount:Limit", "2"));
        var (_, _, tokens) = await api.CreateClient().StartAccountAsync();
        var client = api.From(Here);
        using var first = await client.SendJsonAsync(HttpMethod.Delete, "/api/users/me", tokens.Access, new { password = "a wrong one" });
        using var second = await client.SendJsonAsync(
            HttpMethod.Post, "/api/users/me/password", tokens.Access,
            new { current_password = "a wrong one", new_password = "correct horse battery" });

        using var third = await client.SendJsonAsync(HttpMethod.Delete, "/api/users/me", tokens.Access, new { password = ApiMoves.Password });

        await first.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
        await second.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
        await third.AssertLimitedAsync();
    }

    [Fact]
    public async Task Rejections_are_counted_by_policy_without_personal_data()
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAddress:Limit", "1"));
        using var measured = Measurements.Of(api, name => name == "btec.rate_limit.rejections");
        var email = ApiMoves.NewEmail();

        using var heard = await api.From(Here).TryLoginAsync(email);
        using var refused = await api.From(Here).TryLoginAsync(email);

        await refused.AssertLimitedAsync();
        Assert.Equal("btec.rate_limit.rejections 1 policy=Login by=address", Assert.Single(measured.Lines));
    }

    [Fact]
    public async Task Throttled_logins_are_counted()
    {
        await using var api = await StartAsync();
        using var measured = Measurements.Of(api, name => name == "btec.logins.held");
        var email = ApiMoves.NewEmail();
        await api.CreateClient().RegisterAsync(email);

        for (var attempt = 0; attempt < 6; attempt++)
            (await api.From(Here).TryLoginAsync(email, "a wrong one")).Dispose();

        Assert.Equal("btec.logins.held 1", Assert.Single(measured.Lines));
    }

    [Fact]
    public async Task A_rejected_request_writes_no_audit_event()
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAddress:Limit", "1"));
        using var first = await api.From(Here).TryLoginAsync(ApiMoves.NewEmail());
        var events = await CountEventsAsync();

        using var refused = await api.From(Here).TryLoginAsync(ApiMoves.NewEmail());

        await refused.AssertLimitedAsync();
        Assert.Equal(events, await CountEventsAsync());

        Task<int> CountEventsAsync() => api.WithDatabaseAsync(database => Task.FromResult(database.AuditEvents.Count()));
    }

    private Task<BtecApi> StartAsync(params (string Name, string Value)[] settings) => BtecApi.StartAsync(kind, LimitedApi.Settings(settings));
}
