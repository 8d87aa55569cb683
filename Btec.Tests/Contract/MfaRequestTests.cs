using System.Net;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>Requests of the second step of a login that are incomplete, contradictory or hostile.</summary>
public abstract class MfaRequestTests(SharedApi shared)
{
    private const string Unknown = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : MfaRequestTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : MfaRequestTests(shared);

    [Theory]
    [InlineData("""{"code": "123456"}""", "mfa_token")]
    [InlineData("{}", "mfa_token")]
    [InlineData("[]", "body")]
    [InlineData("null", "body")]
    [InlineData("""{"mfa_token": null, "code": "123456"}""", "mfa_token")]
    [InlineData("""{"mfa_token": 1, "code": "123456"}""", "mfa_token")]
    [InlineData("""{"mfa_token": "T", "mfa_token": "T", "code": "123456"}""", "mfa_token")]
    [InlineData("""{"mfa_token": "T"}""", "code")]
    [InlineData("""{"mfa_token": "T", "code": null, "recovery_code": null}""", "code")]
    [InlineData("""{"mfa_token": "T", "code": "123456", "recovery_code": "X"}""", "code")]
    [InlineData("""{"mfa_token": "T", "code": 123456}""", "code")]
    [InlineData("""{"mfa_token": "T", "code": ["123456"]}""", "code")]
    [InlineData("""{"mfa_token": "T", "code": "\ud800"}""", "code")]
    [InlineData("""{"mfa_token": "T", "code": "123456", "code": "123456"}""", "code")]
    [InlineData("""{"mfa_token": "T", "recovery_code": {}}""", "recovery_code")]
    [InlineData("""{"mfa_token": "T", "Code": "123456"}""", "code")]
    public async Task Exactly_one_proof_is_sent_with_the_token(string body, string member)
    {
        using var response = await _client.PostTextAsync(MfaMoves.Route, body.Replace("\"T\"", $"\"{Unknown}\"", StringComparison.Ordinal));

        await response.AssertRefusedMembersAsync(member);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&otp=123456&recovery_code=X")]
    [InlineData("&otp=")]
    [InlineData("&code=123456")]
    [InlineData("&otp=123456&otp=123456")]
    [InlineData("&otp=123456&mfa_token=" + Unknown)]
    [InlineData("&otp=%FF")]
    public async Task The_grant_takes_exactly_one_proof_too(string parameters)
    {
        using var response = await _client.PostBytesAsync(
            "/api/auth/token",
            Encoding.ASCII.GetBytes($"grant_type={Uri.EscapeDataString(MfaMoves.GrantType)}&mfa_token={Unknown}{parameters}"),
            "application/x-www-form-urlencoded");

        await response.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
    }

    [Fact]
    public async Task The_grant_needs_the_token()
    {
        using var response = await _client.PostFormAsync("/api/auth/token", ("grant_type", MfaMoves.GrantType), ("otp", "123456"));

        await response.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
    }

    [Fact]
    public async Task Only_JSON_is_read()
    {
        using var form = await _client.PostFormAsync(MfaMoves.Route, ("mfa_token", Unknown), ("code", "123456"));
        using var broken = await _client.PostTextAsync(MfaMoves.Route, "{");
        using var large = await _client.PostTextAsync(MfaMoves.Route, $$"""{"mfa_token": "{{new string('A', 64 * 1024)}}"}""");

        await form.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        await broken.AssertProblemAsync(HttpStatusCode.BadRequest, "malformed_body");
        await large.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Fact]
    public async Task A_login_form_has_one_code_at_most()
    {
        using var login = await _client.PostFormAsync(
            "/api/auth/login", ("username", "a@b.example"), ("password", "x"), ("otp", "123456"), ("otp", "123456"));
        using var grant = await _client.PostFormAsync(
            "/api/auth/token", ("grant_type", "password"), ("username", "a@b.example"), ("password", "x"), ("otp", "1"), ("otp", "2"));

        await login.AssertRefusedMembersAsync("otp");
        await grant.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
    }

    [Fact]
    public async Task Whatever_is_no_code_is_a_wrong_code()
    {
        var (id, email, app) = await shared.Api.RegisterWithTotpAsync();
        var recoveryCode = (await shared.Api.AddRecoveryCodesAsync(id))[0];
        var right = app.Code;
        string[] codes =
        [
            "", " ", "\0", right + "\0", right + right, right[..5], "-" + right, new string('9', 60_000),
            string.Concat(right.Select(digit => (char)(digit - '0' + '٠'))), string.Concat(right.Select(digit => (char)(digit - '0' + '０'))),
            "🤷", "1e5", recoveryCode,
        ];

        foreach (var code in codes)
        {
            using var completed = await _client.CompleteAsync(await _client.BeginLoginAsync(email), code);
            await completed.AssertCodeWrongAsync();
        }

        foreach (var code in new[] { "", right, recoveryCode + "A", recoveryCode[1..], "\0", new string('A', 60_000), recoveryCode.Replace('-', 'ı') })
        {
            using var completed = await _client.PostJsonAsync(
                MfaMoves.Route, new { mfa_token = await _client.BeginLoginAsync(email), recovery_code = code });
            await completed.AssertCodeWrongAsync();
        }

        using var login = await _client.TryLogInAsync(email, recoveryCode);
        await login.AssertCodeWrongAsync();
        using var written = await _client.PostJsonAsync(
            MfaMoves.Route,
            new { mfa_token = await _client.BeginLoginAsync(email), recovery_code = $" {recoveryCode.ToLowerInvariant().Replace('-', ' ')} " });
        await written.AssertLoggedInAsync();
    }

    [Fact]
    public async Task An_empty_code_in_a_form_counts_as_left_out()
    {
        var (_, email, _) = await shared.Api.RegisterWithTotpAsync();

        using var login = await _client.TryLogInAsync(email, otp: "");
        using var grant = await _client.TryGrantAsync(email, otp: "");

        await login.AssertProblemAsync(HttpStatusCode.Forbidden, "mfa_required");
        Assert.Equal(HttpStatusCode.Forbidden, grant.StatusCode);
    }
}
