using System.Net;
using System.Net.Http.Json;
using System.Text;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>The routes behind the dashboard commands that act on users and keys.</summary>
public abstract class DevelopmentCommandTests(SharedDevelopmentApi shared)
{
    private const string Key = SharedDevelopmentApi.CommandKey;

    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteDevelopmentApi shared)
        : DevelopmentCommandTests(shared), IClassFixture<SqliteDevelopmentApi>;

    public sealed class OnPostgres(PostgresDevelopmentApi shared)
        : DevelopmentCommandTests(shared), IClassFixture<PostgresDevelopmentApi>;

    [Fact]
    public async Task A_minted_token_works_like_one_from_a_login()
    {
        var email = await RegisterAsync();

        using var response = await RunAsync("mint-token", new { email = $" {email.ToUpperInvariant()} " });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var outcome = await response.ReadJsonAsync();
        var end = shared.Api.Clock.GetUtcNow().AddDays(8).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        Assert.Equal($"An access token of {email}, valid until {end}.", outcome.GetProperty("message").GetString());
        var token = outcome.GetProperty("output").GetString();
        using var me = await _client.GetMeAsync(token);
        Assert.Equal(email, (await me.ReadJsonAsync()).GetProperty("email").GetString());
        using var sessions = await _client.GetAsync("/api/users/me/sessions", token);
        var session = Assert.Single((await sessions.ReadJsonAsync()).GetProperty("items").EnumerateArray());
        Assert.Equal("Aspire dashboard", session.GetProperty("user_agent").GetString());
    }

    [Fact]
    public async Task Revoking_ends_every_session_of_one_user_and_reports_how_many()
    {
        var (email, other) = (await RegisterAsync(), await RegisterAsync());
        var ended = new[] { await _client.StartSessionAsync(email), await _client.StartSessionAsync(email) };
        var minted = await ReadOutputAsync("mint-token", new { email });
        var alive = await _client.StartSessionAsync(other);

        Assert.Equal($"3 sessions of {email} ended.", await ReadMessageAsync("revoke-sessions", new { email }));

        foreach (var tokens in ended)
            await _client.AssertEndedAsync(tokens);

        using (var me = await _client.GetMeAsync(minted))
            await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");

        await _client.AssertAliveAsync(alive);
        Assert.Equal($"0 sessions of {email} ended.", await ReadMessageAsync("revoke-sessions", new { email }));
        Assert.Equal($"1 session of {other} ended.", await ReadMessageAsync("revoke-sessions", new { email = other }));
    }

    [Fact]
    public async Task The_codes_shown_are_those_of_the_users_authenticators()
    {
        var user = await shared.Api.StartAccountWithTotpAsync();
        shared.Api.Clock.Advance(TimeSpan.FromSeconds(1));
        var (second, _) = await shared.Api.AddTotpAsync(user.Tokens, "Tablet");
        await shared.Api.BeginTotpAsync(user.Tokens, "Not confirmed");

        var shown = await ReadOutputAsync("show-codes", new { email = user.Email });

        Assert.Equal($"{user.Authenticator.CodeAt()}\n{second.CodeAt()}  Tablet", shown);
        var other = await RegisterAsync();
        Assert.Equal($"{other} has no authenticator.", await ReadMessageAsync("show-codes", new { email = other }));
    }

    [Fact]
    public async Task Removing_factors_leaves_the_user_without_any()
    {
        var user = await shared.Api.StartAccountWithTotpAsync();

        var message = await ReadMessageAsync("remove-factors", new { email = user.Email });

        Assert.Equal($"{user.Email} has no second factor any more, and was told by mail.", message);
        Assert.Equal((0, false), await shared.Api.CountFactorsAsync(user.Id));
        Assert.Equal($"{user.Email} has no second factor.", await ReadMessageAsync("remove-factors", new { email = user.Email }));
        Assert.Equal(["success"], await shared.Api.ReadEventsAsync(user.Id, "factors.removed"));
    }

    [Fact]
    public async Task Rotating_publishes_a_new_key_and_then_signs_with_it()
    {
        var email = await RegisterAsync();
        var before = await _client.GetKeyIdsAsync();

        var message = await ReadMessageAsync("rotate-signing-key", new { });

        shared.Api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        var after = await _client.GetKeyIdsAsync();
        Assert.Equal(before, after.SkipLast(1), StringComparer.Ordinal);
        Assert.StartsWith($"Key {after[^1]} (ES256) is published within 10 s, and signs from ", message, StringComparison.Ordinal);
        shared.Api.Clock.Pass(SigningKeySchedule.Propagation);
        Assert.Equal(after[^1], KeyMoves.KeyOf(await _client.LoginAsync(email)));
    }

    [Fact]
    public async Task With_HS256_rotating_publishes_a_new_RSA_key_alone()
    {
        await using var api = await BtecApi.StartAsync(
            shared.Kind,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["Development:CommandKey"] = Key },
            "Development");

        var client = api.CreateClient();
        var before = Assert.Single(await client.GetRsaKeysAsync());

        using var response = await RunAsync("rotate-signing-key", new { }, client);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        var after = await client.GetKeySetAsync();
        Assert.Equal(2, after.Count);
        Assert.Equal(before.GetProperty("kid").GetString(), after[0].GetProperty("kid").GetString());
        Assert.StartsWith(
            $"Key {after[1].GetProperty("kid").GetString()} (RS256) is published within 10 s, and signs from ",
            (await response.ReadJsonAsync()).GetProperty("message").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mint-token")]
    [InlineData("revoke-sessions")]
    [InlineData("show-codes")]
    [InlineData("remove-factors")]
    public async Task An_unknown_user_is_reported_as_not_found(string command)
    {
        foreach (var email in new[] { "nobody@example.com", "'or'1'='1@example.com", "%@example.com", "*@example.com" })
        {
            using var response = await RunAsync(command, new { email });
            var problem = await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
            Assert.Equal("Not found.", problem.GetProperty("title").GetString());
            Assert.StartsWith(
                "No user has this e-mail address.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_inactive_user_gets_no_token()
    {
        var email = await RegisterAsync();
        await shared.Api.ActivateAsync(email, active: false);

        using var response = await RunAsync("mint-token", new { email });

        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "account_inactive");
    }

    [Theory]
    [InlineData("""{"email": ""}""")]
    [InlineData("""{"email": null}""")]
    [InlineData("""{"email": 1}""")]
    [InlineData("""{"email": ["ada@example.com"]}""")]
    [InlineData("""{"email": "ada@example.com", "email": "bob@example.com"}""")]
    [InlineData("""{"email": "ada@example.com\u0000"}""")]
    [InlineData("""{"email": "\ud800@example.com"}""")]
    [InlineData("""{"email": "a\u202eda@example.com"}""")]
    [InlineData("""{"email": "<script>@example.com"}""")]
    [InlineData("{}")]
    public async Task An_invalid_address_is_refused(string body)
    {
        foreach (var command in new[] { "mint-token", "revoke-sessions", "show-codes", "remove-factors" })
        {
            using var response = await RunTextAsync(command, body);
            await response.AssertRefusedMembersAsync("email");
        }
    }

    [Theory]
    [InlineData("", "application/json", 400, "malformed_body")]
    [InlineData("{", "application/json", 400, "malformed_body")]
    [InlineData("email=ada@example.com", "application/x-www-form-urlencoded", 415, "unsupported_media_type")]
    public async Task A_body_that_cannot_be_read_is_refused(string body, string type, int status, string code)
    {
        using var response = await RunTextAsync("mint-token", body, type);

        await response.AssertProblemAsync((HttpStatusCode)status, code);
    }

    [Fact]
    public async Task Neither_the_key_nor_a_token_is_logged()
    {
        var token = await ReadOutputAsync("mint-token", new { email = await RegisterAsync() });

        Assert.NotEmpty(shared.Logs.Lines);
        Assert.DoesNotContain(
            shared.Logs.Lines,
            line => line.Contains(Key, StringComparison.Ordinal) || line.Contains(token, StringComparison.Ordinal));
    }

    private static async Task<HttpResponseMessage> RunAsync(string command, object arguments, HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/development/{command}")
        {
            Content = JsonContent.Create(arguments),
        };
        request.Headers.Add("X-Development-Key", Key);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private Task<HttpResponseMessage> RunAsync(string command, object arguments) => RunAsync(command, arguments, _client);

    private async Task<HttpResponseMessage> RunTextAsync(string command, string body, string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/development/{command}")
        {
            Content = new StringContent(body, Encoding.UTF8, type),
        };
        request.Headers.Add("X-Development-Key", Key);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private Task<string> ReadMessageAsync(string command, object arguments) => ReadAsync("message", command, arguments);

    private Task<string> ReadOutputAsync(string command, object arguments) => ReadAsync("output", command, arguments);

    private async Task<string> ReadAsync(string member, string command, object arguments)
    {
        using var response = await RunAsync(command, arguments);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        return (await response.ReadJsonAsync()).GetProperty(member).GetString()!;
    }

    private async Task<string> RegisterAsync()
    {
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);
        return email;
    }
}
