using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class LoginTests(SharedApi shared)
{
    private const string Route = "/api/auth/login";
    private readonly HttpClient _client = shared.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(SqliteApi shared) : LoginTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : LoginTests(shared);

    [Fact]
    public async Task The_right_password_returns_a_bearer_token_valid_for_eight_days()
    {
        await _client.RegisterAsync(_email);

        using var response = await LogInAsync(("username", _email), ("password", ApiMoves.Password));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("no-cache", response.Headers.Pragma.ToString());
        var token = await response.ReadJsonAsync();
        Assert.Equal(3, token.GetProperty("access_token").GetString()!.Split('.').Length);
        Assert.Equal("bearer", token.GetProperty("token_type").GetString());
        Assert.Equal(691200, token.GetProperty("expires_in").GetInt64());
    }

    [Theory]
    [InlineData("UPPER")]
    [InlineData("spaces")]
    public async Task The_address_is_trimmed_and_case_insensitive(string form)
    {
        await _client.RegisterAsync(_email);

        await _client.LoginAsync(form == "UPPER" ? _email.ToUpperInvariant() : $" \t{_email}\r\n ");
    }

    [Theory]
    [InlineData("a wrong password")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("short")]
    [InlineData("correct horse battery\0")]
    [InlineData("correct horse battery\0staple")]
    [InlineData("\0")]
    [InlineData("correct horse battery and so on for more than seventy-two bytes of it, at length")]
    public async Task An_impossible_password_is_a_wrong_password(string password)
    {
        await _client.RegisterAsync(_email);

        using var response = await LogInAsync(("username", _email), ("password", password));

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Theory]
    [InlineData("b")]
    [InlineData("\0")]
    [InlineData(" and more")]
    [Asvs("6.2.8")]
    public async Task A_longer_password_is_not_truncated_to_72_bytes(string more)
    {
        var password = new string('a', 72);
        await _client.RegisterAsync(_email, password);

        using var response = await LogInAsync(("username", _email), ("password", password + more));

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        await _client.LoginAsync(_email, password);
    }

    [Fact]
    public async Task A_password_of_sixty_thousand_characters_is_a_wrong_password()
    {
        await _client.RegisterAsync(_email);

        using var response = await LogInAsync(("username", _email), ("password", new string('a', 60_000)));

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Theory]
    [InlineData("nobody.at.all@example.com")]
    [InlineData("no address")]
    [InlineData("@")]
    [InlineData("nul\0@example.com")]
    [InlineData("\0")]
    [InlineData("' OR 1=1 --")]
    [InlineData("%@example.com")]
    [InlineData("\uFFFE@example.com")]
    [InlineData("long")]
    public async Task An_unknown_address_gets_the_same_response_as_a_wrong_password(string username)
    {
        await _client.RegisterAsync(_email);
        username = username == "long" ? new string('a', 300) + "@example.com" : username;

        using var unknown = await LogInAsync(("username", username), ("password", ApiMoves.Password));
        using var wrong = await LogInAsync(("username", _email), ("password", "a wrong password"));

        await unknown.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        Assert.Equal(HeadersOf(wrong), HeadersOf(unknown));
        Assert.Equal(await BodyOfAsync(wrong), await BodyOfAsync(unknown));
    }

    [Theory]
    [InlineData("a wrong password")]
    [InlineData("")]
    [InlineData("pass\0word")]
    public async Task An_inactive_account_is_not_revealed_without_its_password(string password)
    {
        await _client.RegisterAsync(_email);
        await DeactivateAsync();

        using var guessed = await LogInAsync(("username", _email), ("password", password));
        using var unknown = await LogInAsync(("username", ApiMoves.NewEmail()), ("password", password));

        await guessed.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        Assert.Equal(HeadersOf(unknown), HeadersOf(guessed));
        Assert.Equal(await BodyOfAsync(unknown), await BodyOfAsync(guessed));
    }

    [Fact]
    public async Task The_right_password_reveals_that_an_account_is_inactive()
    {
        await _client.RegisterAsync(_email);
        await DeactivateAsync();

        using var response = await LogInAsync(("username", _email), ("password", ApiMoves.Password));

        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "account_inactive");
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Empty(response.Headers.WwwAuthenticate);
    }

    private Task<HttpResponseMessage> LogInAsync(params (string Name, string Value)[] fields) =>
        _client.PostFormAsync(Route, fields);

    private async Task DeactivateAsync() =>
        Assert.Equal(1, await shared.Api.ActivateAsync(_email, active: false));

    private static List<string> HeadersOf(HttpResponseMessage response) =>
        [.. response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")];

    private static async Task<string> BodyOfAsync(HttpResponseMessage response)
    {
        var body = await response.ReadJsonAsync();
        return body.GetRawText().Replace(body.GetProperty("trace_id").GetString()!, "", StringComparison.Ordinal);
    }
}
