using System.Net;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class LoginTests(SharedApi shared)
{
    private const string Route = "/api/auth/login";
    private const string FormType = "application/x-www-form-urlencoded";
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

    [Fact]
    public async Task Multipart_forms_are_accepted()
    {
        await _client.RegisterAsync(_email);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("password"), "grant_type" },
            { new StringContent(_email), "username" },
            { new StringContent(ApiMoves.Password), "password" },
        };

        using var response = await _client.PostAsync(Route, form, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Scope_and_client_credentials_are_ignored()
    {
        await _client.RegisterAsync(_email);

        using var response = await LogInAsync(
            ("username", _email), ("password", ApiMoves.Password), ("grant_type", "password"), ("scope", "admin superuser"),
            ("client_id", "me"), ("client_secret", "mine"), ("unknown", "x"), ("", "y"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False((await response.ReadJsonAsync()).TryGetProperty("scope", out _));
    }

    [Theory]
    [InlineData("password", true)]
    [InlineData("", true)]
    [InlineData("Password", false)]
    [InlineData("client_credentials", false)]
    [InlineData("refresh_token", false)]
    [InlineData("password ", false)]
    public async Task The_grant_type_must_be_password_or_empty(string grant, bool accepted)
    {
        await _client.RegisterAsync(_email);

        using var response = await LogInAsync(("grant_type", grant), ("username", _email), ("password", ApiMoves.Password));

        if (accepted)
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        else
            await response.AssertRefusedMembersAsync("grant_type");
    }

    [Theory]
    [InlineData("", "username", "password")]
    [InlineData("grant_type=password", "username", "password")]
    [InlineData("username=ada%40example.com", "password")]
    [InlineData("password=correct+horse+battery", "username")]
    [InlineData("username=&password=correct+horse+battery", "username")]
    [InlineData("email=ada%40example.com&password=correct+horse+battery", "username")]
    [InlineData("Username=ada%40example.com&PASSWORD=correct+horse+battery", "username", "password")]
    [InlineData("username=a%40b&username=c%40d&password=correct+horse+battery", "username")]
    [InlineData("username=a%40b&password=correct+horse+battery&password=other", "password")]
    [InlineData("&&&=&=&&", "username", "password")]
    [InlineData("grant_type=other&username=", "grant_type", "username", "password")]
    public async Task All_invalid_fields_are_reported_at_once(string form, params string[] fields)
    {
        using var response = await _client.PostBytesAsync(Route, Encoding.UTF8.GetBytes(form), FormType);

        await response.AssertRefusedMembersAsync(fields);
    }

    [Fact]
    public async Task Field_names_are_case_sensitive()
    {
        await _client.RegisterAsync(_email);

        using var response = await LogInAsync(
            ("Username", "eve@example.com"), ("username", _email), ("PASSWORD", "other"), ("password", ApiMoves.Password));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Credentials_in_the_query_string_are_ignored()
    {
        await _client.RegisterAsync(_email);
        var query = $"?username={Uri.EscapeDataString(_email)}&password={Uri.EscapeDataString(ApiMoves.Password)}";

        using var empty = await _client.PostFormAsync(Route + query);
        using var wrong = await _client.PostFormAsync(Route + query, ("username", "nobody@example.com"), ("password", "wrong"));

        await empty.AssertRefusedMembersAsync("username", "password");
        await wrong.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Theory]
    [InlineData("application/json", """{"username":"ada@example.com","password":"correct horse battery"}""")]
    [InlineData("text/plain", "username=ada@example.com&password=x")]
    [InlineData("application/octet-stream", "username=ada@example.com&password=x")]
    [InlineData("application/x-www-form-urlencoded2", "username=ada@example.com&password=x")]
    [InlineData("multipart/mixed; boundary=x", "--x--")]
    [InlineData("nonsense", "username=ada@example.com&password=x")]
    [InlineData(null, "username=ada@example.com&password=x")]
    [InlineData(null, "")]
    public async Task A_body_that_is_not_a_form_is_an_unsupported_media_type(string? contentType, string body)
    {
        using var response = await _client.PostBytesAsync(Route, Encoding.UTF8.GetBytes(body), contentType);

        await response.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
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

    [Theory]
    [InlineData("password=%FF%FEcorrect")]
    [InlineData("password=%C3%28")]
    [InlineData("password=%ED%A0%80password")]
    [InlineData("username=%FF")]
    [InlineData("x%FF=y")]
    [InlineData("raw")]
    public async Task A_form_that_is_not_UTF8_is_malformed(string field)
    {
        byte[] form = field == "raw"
            ? [.. "username=ada%40example.com&password="u8, 0xFF, 0xFE, .. "correct"u8]
            : Encoding.ASCII.GetBytes(field + "&grant_type=password");

        using var response = await _client.PostBytesAsync(Route, form, FormType);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "malformed_body");
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("UTF-8")]
    [InlineData("\"utf-8\"")]
    [InlineData("us-ascii")]
    [InlineData("iso-8859-1")]
    [InlineData("utf-7")]
    [InlineData("utf-16")]
    [InlineData("nonsense")]
    public async Task A_form_is_read_as_UTF8_whatever_its_charset(string charset)
    {
        await _client.RegisterAsync(_email, "pässwörd");

        using var response = await _client.PostBytesAsync(
            Route, Encoding.UTF8.GetBytes($"username={_email}&password=p%C3%A4ssw%C3%B6rd"), $"{FormType}; charset={charset}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private Task<HttpResponseMessage> LogInAsync(params (string Name, string Value)[] fields) => _client.PostFormAsync(Route, fields);

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
