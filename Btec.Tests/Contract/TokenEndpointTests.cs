using System.Net;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class TokenEndpointTests(SharedApi shared)
{
    private const string Route = "/api/auth/token";
    private const string FormType = "application/x-www-form-urlencoded";
    private const string Unknown = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private readonly HttpClient _client = shared.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(SqliteApi shared) : TokenEndpointTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : TokenEndpointTests(shared);

    [Fact]
    [Asvs("6.3.4")]
    public async Task The_password_grant_returns_what_a_login_returns()
    {
        await _client.RegisterAsync(_email);

        using var response = await GrantPasswordAsync(_email, ApiMoves.Password);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("no-cache", response.Headers.Pragma.ToString());
        var answer = await response.ReadJsonAsync();
        Assert.Equal(
            ["access_token", "expires_in", "refresh_expires_in", "refresh_token", "token_type"],
            ApiMoves.NamesOf(answer));
        Assert.Equal("bearer", answer.GetProperty("token_type").GetString());
        Assert.Equal(691200, answer.GetProperty("expires_in").GetInt64());
        Assert.Equal(1209600, answer.GetProperty("refresh_expires_in").GetInt64());
        await _client.AssertAliveAsync(Tokens.From(answer));
    }

    [Theory]
    [InlineData("scope=admin")]
    [InlineData("client_id=me&client_secret=mine")]
    [InlineData("unknown=x")]
    [InlineData("refresh_token=" + Unknown)]
    [InlineData("scope=&client_id=")]
    [InlineData("resource=a&resource=b")]
    [InlineData("&&")]
    public async Task Irrelevant_parameters_are_ignored(string parameters)
    {
        await _client.RegisterAsync(_email);

        using var response = await PostAsync(
            $"grant_type=password&username={_email}&password={Uri.EscapeDataString(ApiMoves.Password)}&{parameters}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("username=a%40b&password=x")]
    [InlineData("grant_type=&username=a%40b&password=x")]
    [InlineData("grant_type")]
    [InlineData("Grant_Type=password&username=a%40b&password=x")]
    [InlineData("grant_type=password")]
    [InlineData("grant_type=password&username=a%40b")]
    [InlineData("grant_type=password&password=x")]
    [InlineData("grant_type=password&username=&password=x")]
    [InlineData("grant_type=password&Username=a%40b&password=x")]
    [InlineData("grant_type=refresh_token")]
    [InlineData("grant_type=refresh_token&refresh_token=")]
    [InlineData("grant_type=refresh_token&refreshToken=" + Unknown)]
    [InlineData("grant_type=password&grant_type=password&username=a%40b&password=x")]
    [InlineData("grant_type=password&grant_type=refresh_token&username=a%40b&password=x")]
    [InlineData("grant_type=password&username=a%40b&username=c%40d&password=x")]
    [InlineData("grant_type=password&username=a%40b&password=x&password=x")]
    [InlineData("grant_type=refresh_token&refresh_token=" + Unknown + "&refresh_token=" + Unknown)]
    [InlineData("grant_type=refresh_token&refresh_token=" + Unknown + "&scope=a&scope=b")]
    [InlineData("grant_type=password&username=a%40b&password=x&client_id=a&client_id=b")]
    [InlineData("grant_type=other&grant_type=other")]
    [InlineData("grant_type=password&username=a%40b&password=%FF")]
    [InlineData("grant_type=refresh_token&refresh_token=%C3%28")]
    [Asvs("15.3.7")]
    public async Task A_missing_empty_repeated_or_badly_encoded_parameter_is_an_invalid_request(string form)
    {
        using var response = await PostAsync(form);

        await response.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
    }

    [Theory]
    [InlineData("implicit")]
    [InlineData("Authorization_Code")]
    [InlineData("urn:ietf:params:oauth:grant-type:device_code")]
    [InlineData("Password")]
    [InlineData("REFRESH_TOKEN")]
    [InlineData("password ")]
    [InlineData("refresh_token\0")]
    [InlineData(" ")]
    public async Task Another_grant_type_is_unsupported(string grantType)
    {
        using var response = await _client.PostFormAsync(
            Route, ("grant_type", grantType), ("username", "a@b"), ("password", "x"), ("refresh_token", Unknown));

        await response.AssertOAuthErrorAsync("unsupported_grant_type", "grant_type_unsupported");
    }

    [Theory]
    [InlineData("a wrong password")]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("correct horse battery and so on for more than seventy-two bytes of it, at length")]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_response(string password)
    {
        await _client.RegisterAsync(_email);

        using var wrong = await GrantPasswordAsync(_email, password);
        using var unknown = await GrantPasswordAsync(ApiMoves.NewEmail(), password);

        await wrong.AssertOAuthErrorAsync("invalid_grant", "invalid_credentials");
        await unknown.AssertOAuthErrorAsync("invalid_grant", "invalid_credentials");
        Assert.Equal(await DescribeAsync(wrong), await DescribeAsync(unknown));
    }

    [Fact]
    public async Task Only_the_right_password_reveals_that_an_account_is_inactive()
    {
        await _client.RegisterAsync(_email);
        await shared.Api.ActivateAsync(_email, active: false);

        using var right = await GrantPasswordAsync(_email, ApiMoves.Password);
        using var wrong = await GrantPasswordAsync(_email, "a wrong password");
        using var unknown = await GrantPasswordAsync(ApiMoves.NewEmail(), "a wrong password");

        await right.AssertOAuthErrorAsync("invalid_grant", "account_inactive");
        await wrong.AssertOAuthErrorAsync("invalid_grant", "invalid_credentials");
        Assert.Equal(await DescribeAsync(unknown), await DescribeAsync(wrong));
    }

    [Fact]
    public async Task A_refresh_needs_neither_a_password_nor_an_access_token()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var response = await _client.TryRefreshAsync(tokens.Refresh);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task An_access_token_in_the_header_is_ignored()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        foreach (var access in new[] { tokens.Access, "garbage", (await _client.StartSessionOfNewUserAsync()).Access })
        {
            using var refused = await _client.SendAsync(
                HttpMethod.Post, Route, access, ("grant_type", "refresh_token"), ("refresh_token", Unknown));
            await refused.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        }
    }

    [Fact]
    public async Task Parameters_in_the_query_string_are_ignored()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var response = await _client.PostFormAsync($"{Route}?grant_type=refresh_token&refresh_token={tokens.Refresh}");

        await response.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
        await _client.AssertAliveAsync(tokens);
    }

    [Theory]
    [InlineData(Route)]
    [InlineData("/api/auth/revoke")]
    public async Task A_body_that_is_not_a_form_is_an_unsupported_media_type(string route)
    {
        foreach (var contentType in new[] { "application/json", "text/plain", "multipart/mixed; boundary=x", null })
        {
            using var response = await _client.PostBytesAsync(route, """{"grant_type":"password"}"""u8.ToArray(), contentType);

            await response.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
            Assert.True(response.Headers.CacheControl?.NoStore);
        }
    }

    [Theory]
    [InlineData(Route)]
    [InlineData("/api/auth/revoke")]
    public async Task A_body_over_64_KiB_is_refused(string route)
    {
        using var response = await _client.PostBytesAsync(
            route, Encoding.ASCII.GetBytes("token=" + new string('a', 64 * 1024)), FormType);

        await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    private Task<HttpResponseMessage> PostAsync(string form) =>
        _client.PostBytesAsync(Route, Encoding.ASCII.GetBytes(form), FormType);

    private Task<HttpResponseMessage> GrantPasswordAsync(string email, string password) =>
        _client.PostFormAsync(Route, ("grant_type", "password"), ("username", email), ("password", password));

    private static async Task<string> DescribeAsync(HttpResponseMessage response)
    {
        var body = await response.ReadJsonAsync();
        var headers = response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        return string.Join('\n', headers)
            + body.GetRawText().Replace(body.GetProperty("trace_id").GetString()!, "", StringComparison.Ordinal);
    }
}
