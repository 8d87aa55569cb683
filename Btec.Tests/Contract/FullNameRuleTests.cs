using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

[Asvs("2.2.1", "2.2.2")]
public abstract class FullNameRuleTests(SharedApi shared)
{
    private const int MaxLength = 255;
    private const int LastCodePoint = 0x10FFFF;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : FullNameRuleTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : FullNameRuleTests(shared);

    [Theory]
    [InlineData("Ada", "Ada")]
    [InlineData("  Ada Lovelace\t\r\n", "Ada Lovelace")]
    [InlineData("\u3000山田\u3000太郎\u3000", "山田\u3000太郎")]
    [InlineData("Ada  Lovelace", "Ada  Lovelace")]
    [InlineData("Jean\u00A0Luc", "Jean\u00A0Luc")]
    [InlineData("Seán O'Brien-Smith, Jr.", "Seán O'Brien-Smith, Jr.")]
    [InlineData("Нина Андреевна", "Нина Андреевна")]
    [InlineData("Zoe\u0308 🚀", "Zoe\u0308 🚀")]
    [InlineData("<script>alert(1)</script> & \"co\"", "<script>alert(1)</script> & \"co\"")]
    [InlineData("'; DROP TABLE users; --", "'; DROP TABLE users; --")]
    [InlineData("null", "null")]
    [InlineData("علی\u200Cرضا", "علی\u200Cرضا")]
    [InlineData("ක්\u200Dෂ", "ක්\u200Dෂ")]
    [InlineData("👩\u200D🚀 Ada", "👩\u200D🚀 Ada")]
    public async Task A_name_is_trimmed_and_otherwise_stored_as_sent(string sent, string stored)
    {
        var email = ApiMoves.NewEmail();
        var user = await _client.RegisterAsync(email, fullName: sent);
        Assert.Equal(stored, user.GetProperty("full_name").GetString());

        using var response = await _client.GetMeAsync(await _client.LoginAsync(email));
        Assert.Equal(stored, (await response.ReadJsonAsync()).GetProperty("full_name").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(", \"full_name\": null")]
    [InlineData(", \"full_name\": \"\"")]
    [InlineData(", \"full_name\": \"   \"")]
    [InlineData(", \"full_name\": \" \\u200c \\u200d\"")]
    [InlineData(", \"full_name\": \" \\t\\r\\n\\u3000 \"")]
    public async Task A_missing_or_blank_name_is_stored_as_null(string member)
    {
        using var response = await _client.PostTextAsync(
            "/api/auth/register", $$"""{"email": "{{ApiMoves.NewEmail()}}", "password": "{{ApiMoves.Password}}"{{member}}}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(JsonValueKind.Null, (await response.ReadJsonAsync()).GetProperty("full_name").ValueKind);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("漢")]
    [InlineData("🚀")]
    public async Task A_name_has_at_most_255_code_points_after_trimming(string character)
    {
        var longest = string.Concat(Enumerable.Repeat(character, MaxLength));

        var user = await _client.RegisterAsync(ApiMoves.NewEmail(), fullName: $"  {longest}  ");

        Assert.Equal(longest, user.GetProperty("full_name").GetString());
        await AssertRefusedAsync(longest + character);
    }

    [Fact]
    public async Task Every_Unicode_control_format_and_line_separator_character_but_the_joiners_is_refused()
    {
        int[] joiners = [0x200C, 0x200D];
        var characters = Enumerable.Range(0, LastCodePoint + 1).Where(Rune.IsValid).Except(joiners).Select(value => new Rune(value)).Where(rune =>
            Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

        foreach (var character in characters)
            await AssertRefusedAsync($"A{character}da");
    }

    [Theory]
    [InlineData(@"A\ud800da")]
    [InlineData(@"A\udc00")]
    public async Task An_unpaired_surrogate_is_refused(string escaped)
    {
        using var response = await _client.PostTextAsync(
            "/api/auth/register",
            $$"""{"email": "{{ApiMoves.NewEmail()}}", "password": "{{ApiMoves.Password}}", "full_name": "{{escaped}}"}""");

        await response.AssertRefusedMembersAsync("full_name");
    }

    private async Task AssertRefusedAsync(string fullName)
    {
        using var response = await _client.PostJsonAsync(
            "/api/auth/register", new { email = ApiMoves.NewEmail(), password = ApiMoves.Password, full_name = fullName });
        await response.AssertRefusedMembersAsync("full_name");
    }
}
