using System.Net;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>The form of a login: its fields, content types and encoding.</summary>
public abstract class LoginFormTests(SharedApi shared)
{
    private const string Route = "/api/auth/login";
    private const string FormType = "application/x-www-form-urlencoded";
    private readonly HttpClient _client = shared.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(SqliteApi shared) : LoginFormTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : LoginFormTests(shared);

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
    [Asvs("14.2.1")]
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

    private Task<HttpResponseMessage> LogInAsync(params (string Name, string Value)[] fields) =>
        _client.PostFormAsync(Route, fields);
}
