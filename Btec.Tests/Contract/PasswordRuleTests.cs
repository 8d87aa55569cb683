using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

[Asvs("2.2.1")]
public abstract class PasswordRuleTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(SqliteApi shared) : PasswordRuleTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : PasswordRuleTests(shared);

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("漢")]
    [InlineData("🔑")]
    [InlineData("\u0301")]
    [Asvs("6.2.1")]
    public async Task Eight_code_points_are_enough_and_seven_are_not(string character)
    {
        await AssertRefusedAsync(Repeat(character, 7));
        await AssertAcceptedAsync(Repeat(character, 8));
    }

    [Theory]
    [InlineData("a", 72)]
    [InlineData("é", 36)]
    [InlineData("€", 24)]
    [InlineData("🔑", 18)]
    public async Task Seventy_two_bytes_of_UTF8_are_accepted_and_more_are_not(string character, int count)
    {
        var longest = Repeat(character, count);

        await AssertRefusedAsync(longest + "a");
        await AssertRefusedAsync(longest + character);
        await AssertAcceptedAsync(longest);
    }

    [Theory]
    [InlineData("é€🔑éééééééééééééééééééééééééééééééé", 73)]
    [InlineData("🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑€aa", 73)]
    public async Task A_character_that_straddles_the_limit_is_refused(string password, int bytes)
    {
        Assert.Equal(bytes, System.Text.Encoding.UTF8.GetByteCount(password));

        await AssertRefusedAsync(password);
    }

    [Theory]
    [InlineData("        ")]
    [InlineData(" leading and trailing ")]
    [InlineData("\ttab\r\nand\vlines\n")]
    [InlineData("aaaaaaaa")]
    [InlineData("73105824")]
    [InlineData("pässwörd 密码 🔑")]
    [InlineData("\u200Bzero\u200Dwidth\u202Ebidi")]
    [InlineData("\uFEFFbyte order mark\uFEFF")]
    [InlineData("non\uFFFFcharacter\uFDD0")]
    [InlineData("control\u0001\u007F\u0085")]
    [InlineData("a&b=c+d%20e;f?g#h%")]
    [InlineData("\"quotes\" 'and' \\slashes\\ <b>")]
    [InlineData("👩‍👩‍👧‍👦👩‍👩‍👧")]
    [Asvs("6.2.5", "6.2.8")]
    public async Task Any_Unicode_text_is_accepted_as_a_password_unchanged(string password) =>
        await AssertAcceptedAsync(password);

    [Theory]
    [InlineData("caf\u00E9 au lait", "cafe\u0301 au lait")]
    [InlineData("ﬁve apples", "five apples")]
    [InlineData("Ångström 1", "A\u030Angstro\u0308m 1")]
    [InlineData("Correct Horse", "correct horse")]
    [InlineData("correct horse", "correct horse ")]
    [InlineData("correct horse", " correct horse")]
    [InlineData("correct horse", "correct\u00A0horse")]
    [InlineData("correct horse", "correct horse\n")]
    [InlineData("correct horse", "correct+horse")]
    [InlineData("correct%20horse", "correct horse")]
    [Asvs("6.2.8")]
    public async Task Passwords_that_look_alike_are_different(string password, string lookalike)
    {
        await _client.RegisterAsync(_email, password);

        await AssertWrongAsync(lookalike);
        await _client.LoginAsync(_email, password);
    }

    [Theory]
    [InlineData("password\0")]
    [InlineData("\0password")]
    [InlineData("pass\0word")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    public async Task NUL_is_refused(string password) => await AssertRefusedAsync(password);

    [Theory]
    [InlineData(@"\ud800password")]
    [InlineData(@"pass\udc00word")]
    [InlineData(@"password\udc00\ud800")]
    public async Task An_unpaired_surrogate_is_refused(string escaped)
    {
        using var response = await _client.PostTextAsync(
            "/api/auth/register", $$"""{"email": "{{_email}}", "password": "{{escaped}}"}""");

        await response.AssertRefusedMembersAsync("password");
    }

    /// <summary>Asserts that a user who registers with a password can log in with it, by both kinds of form, but not with a
    /// variant of it.</summary>
    private async Task AssertAcceptedAsync(string password)
    {
        await _client.RegisterAsync(_email, password);
        await _client.LoginAsync(_email, password);
        using var multipart = new MultipartFormDataContent
        {
            { new StringContent(_email), "username" },
            { new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(password)), "password" },
        };
        using var response = await _client.PostAsync("/api/auth/login", multipart, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await AssertWrongAsync(password + "x");
        await AssertWrongAsync(password[..^1]);
        await AssertWrongAsync(password + " ");
    }

    private async Task AssertWrongAsync(string password)
    {
        using var response = await _client.PostFormAsync("/api/auth/login", ("username", _email), ("password", password));
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    private async Task AssertRefusedAsync(string password)
    {
        using var response = await _client.PostJsonAsync("/api/auth/register", new { email = _email, password });
        await response.AssertRefusedMembersAsync("password");
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
