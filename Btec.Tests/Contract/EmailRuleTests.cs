using System.Globalization;
using System.Net;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

[Asvs("2.2.1", "2.2.2")]
public abstract class EmailRuleTests(SharedApi shared)
{
    private const int MaxLength = 254;
    private const int LocalPartMaxLength = 64;
    private const int LabelMaxLength = 63;
    private const int LastCodePoint = 0x10FFFF;

    /// <summary>U+10428 DESERET SMALL LETTER LONG I: two UTF-16 units, four bytes, one code point.</summary>
    private const string AstralLetter = "\U00010428";

    private readonly HttpClient _client = shared.Api.CreateClient();
    private readonly string _id = ApiMoves.NewEmail()[4..^12];

    public sealed class OnSqlite(SqliteApi shared) : EmailRuleTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : EmailRuleTests(shared);

    [Theory]
    [InlineData("Ada.{0}@Example.COM", "ada.{0}@example.com")]
    [InlineData(" \t\r\n\v\fada.{0}@example.com\f\v\n\r\t ", "ada.{0}@example.com")]
    [InlineData("ÄÖÜß.{0}@ÉXAMPLE.ÇOM", "äöüß.{0}@xn--xample-9ua.xn--om-3ia")]
    [InlineData("ПОЧТА{0}@ПРИМЕР.РФ", "почта{0}@xn--e1afmkfd.xn--p1ai")]
    [InlineData("ΟΔΟΣ{0}@ΠΑΡΆΔΕΙΓΜΑ.ΔΟΚΙΜΉ", "οδοσ{0}@xn--hxajbheg2az3al.xn--jxalpdlp")]
    [InlineData("IZMIR{0}@I.COM", "izmir{0}@i.com")]
    [InlineData("ı{0}@example.com", "ı{0}@example.com")]
    [InlineData("\U00010400{0}@example.com", "\U00010428{0}@example.com")]
    public async Task An_address_is_stored_trimmed_in_lower_case_and_with_its_domain_in_ASCII(string sent, string stored)
    {
        var user = await _client.RegisterAsync(Fill(sent));

        Assert.Equal(Fill(stored), user.GetProperty("email").GetString());
        using var again = await _client.PostJsonAsync(
            "/api/auth/register", new { email = Fill(stored), password = ApiMoves.Password });
        await again.AssertProblemAsync(HttpStatusCode.Conflict, "email_taken");
        await _client.LoginAsync(Fill(sent));
        await _client.LoginAsync(Fill(stored));
    }

    [Fact]
    public async Task Lower_casing_does_not_depend_on_the_culture()
    {
        var user = await _client.RegisterAsync(Fill("İI{0}@example.com"));

        Assert.Equal(Fill("İI{0}@example.com").ToLowerInvariant(), user.GetProperty("email").GetString());
        Assert.Equal(user.GetProperty("email").GetString(), user.GetProperty("email").GetString()!.ToLowerInvariant());
        await _client.LoginAsync(Fill("İI{0}@example.com"));
        await _client.LoginAsync(user.GetProperty("email").GetString()!);
    }

    [Theory]
    [InlineData("a{0}@localhost")]
    [InlineData("o'brien{0}+tag@example.com")]
    [InlineData("!#$%&'*+-/=?^_`{|}~{0}@example.com")]
    [InlineData("a.b.c.{0}@a.b.c.d.e")]
    [InlineData("a{0}@127.0.0.1")]
    [InlineData("用户{0}@例子.广告", "用户{0}@xn--fsqu00a.xn--4rr70v")]
    [InlineData("संपर्क{0}@डाटामेल.भारत", "संपर्क{0}@xn--c2bd4bq1db8d.xn--h2brj9c")]
    [InlineData("محمد{0}@مثال.إختبار", "محمد{0}@xn--mgbh0fb.xn--kgbechtv")]
    [InlineData("이메일{0}@예시.한국", "이메일{0}@xn--vv4b11d.xn--3e0b707e")]
    [InlineData("{0}@xn--fsqu00a.xn--4rr70v")]
    [InlineData("e\u0301{0}@example.com", "é{0}@example.com")]
    [InlineData("🔑{0}@example.com")]
    public async Task Letters_of_any_script_and_single_label_domains_are_accepted(string email, string? stored = null)
    {
        var user = await _client.RegisterAsync(Fill(email));

        Assert.Equal(Fill(stored ?? email), user.GetProperty("email").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("@")]
    [InlineData("ada")]
    [InlineData("ada@")]
    [InlineData("@example.com")]
    [InlineData(" @ ")]
    [InlineData("ada@@example.com")]
    [InlineData("ada@example.com@example.com")]
    [InlineData("a@b@c")]
    [InlineData(".ada@example.com")]
    [InlineData("ada.@example.com")]
    [InlineData("a..da@example.com")]
    [InlineData("ada@.example.com")]
    [InlineData("ada@example.com.")]
    [InlineData("ada@example..com")]
    [InlineData("ada@.")]
    [InlineData(".@example.com")]
    [InlineData("ada@[127.0.0.1]")]
    [InlineData("ada@[IPv6:::1]")]
    [InlineData("ada@[example.com")]
    [InlineData("Ada <ada@example.com>")]
    [InlineData("\"ada lovelace\"@example.com")]
    [InlineData("ada@example.com, eve@example.com")]
    [InlineData("ada@example.com\r\nBcc: eve@example.com")]
    public async Task An_invalid_address_is_refused(string email) => await AssertRefusedAsync(email);

    [Theory]
    [InlineData('(')]
    [InlineData(')')]
    [InlineData('[')]
    [InlineData(']')]
    [InlineData(':')]
    [InlineData('<')]
    [InlineData('>')]
    [InlineData('"')]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\\')]
    [Asvs("1.3.3")]
    public async Task Characters_that_mail_software_treats_as_syntax_are_refused_on_both_sides_of_the_at_sign(char character)
    {
        await AssertRefusedAsync($"a{character}da@example.com");
        await AssertRefusedAsync($"{character}ada@example.com");
        await AssertRefusedAsync($"ada@exa{character}mple.com");
        await AssertRefusedAsync($"ada@example.com{character}");
    }

    [Fact]
    public async Task Every_Unicode_control_format_and_separator_character_is_refused_on_both_sides_of_the_at_sign()
    {
        var characters = Enumerable.Range(0, LastCodePoint + 1).Where(Rune.IsValid).Select(value => new Rune(value)).Where(rune =>
            Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator).ToList();
        Assert.Contains(new Rune(0x200B), characters);
        Assert.Contains(new Rune(0x202E), characters);
        Assert.Contains(new Rune(0xE0001), characters);

        foreach (var character in characters)
        {
            await AssertRefusedAsync($"a{character}da@example.com");
            await AssertRefusedAsync($"ada@exam{character}ple.com");
        }
    }

    [Theory]
    [InlineData("\u00A0")]
    [InlineData("\u0085")]
    [InlineData("\u2028")]
    [InlineData("\u3000")]
    [InlineData("\u200B")]
    [InlineData("\uFEFF")]
    [InlineData("\u202E")]
    [InlineData("\0")]
    [InlineData("\u001F")]
    public async Task Only_ASCII_white_space_is_trimmed(string around)
    {
        await AssertRefusedAsync($"{around}ada@example.com");
        await AssertRefusedAsync($"ada@example.com{around}");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("漢")]
    [InlineData(AstralLetter)]
    public async Task A_local_part_has_at_most_64_code_points(string letter)
    {
        var longest = _id + Repeat(letter, LocalPartMaxLength - _id.Length);

        await _client.RegisterAsync($"{longest}@example.com");
        await AssertRefusedAsync($"{longest}{letter}@example.com");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData(AstralLetter)]
    public async Task An_address_has_at_most_254_code_points(string letter)
    {
        var label = Repeat("a", LabelMaxLength);
        var domain = $"@{label}.{label}.{label}";
        var longest = _id + Repeat(letter, MaxLength - domain.Length - _id.Length) + domain;

        var user = await _client.RegisterAsync($"  {longest}  ");

        Assert.Equal(longest, user.GetProperty("email").GetString());
        await _client.LoginAsync(longest);
        await AssertRefusedAsync(letter + longest);
        await AssertRefusedAsync($"ada@{label}a");
    }

    [Theory]
    [InlineData(@"\ud800ada@example.com")]
    [InlineData(@"ada@example.com\udc00")]
    [InlineData(@"ada@exa\udc00\ud800mple.com")]
    public async Task An_unpaired_surrogate_is_refused(string escaped)
    {
        using var response = await _client.PostTextAsync(
            "/api/auth/register", $$"""{"email": "{{escaped}}", "password": "{{ApiMoves.Password}}"}""");

        await response.AssertRefusedMembersAsync("email");
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private string Fill(string template) => template.Replace("{0}", _id, StringComparison.Ordinal);

    private async Task AssertRefusedAsync(string email)
    {
        using var response = await _client.PostJsonAsync("/api/auth/register", new { email, password = ApiMoves.Password });
        Assert.True(
            response.StatusCode == HttpStatusCode.UnprocessableEntity,
            $"The status is {(int)response.StatusCode} for {Describe(email)}.");
        await response.AssertRefusedMembersAsync("email");
    }

    private static string Describe(string text) =>
        string.Join(' ', text.EnumerateRunes().Select(rune => rune.Value.ToString("X4", CultureInfo.InvariantCulture)));
}
