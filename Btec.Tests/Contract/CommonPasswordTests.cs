using Btec.Data.Passwords;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class CommonPasswordTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : CommonPasswordTests(shared)
    {
        [Fact]
        [Asvs("6.2.4")]
        public void The_list_holds_at_least_ten_thousand_passwords_and_ignores_case()
        {
            Assert.True(CommonPasswords.Count >= 10_000, $"The list holds {CommonPasswords.Count} passwords.");
            Assert.True(CommonPasswords.Contains("iloveyou"));
            Assert.True(CommonPasswords.Contains("ILoveYou"));
            Assert.False(CommonPasswords.Contains(ApiMoves.Password));
        }
    }

    public sealed class OnPostgres(PostgresApi shared) : CommonPasswordTests(shared);

    [Theory]
    [InlineData("password")]
    [InlineData("12345678")]
    [InlineData("iloveyou")]
    [InlineData("ILoveYou")]
    [InlineData("QWERTYUIOP")]
    [Asvs("6.2.4")]
    public async Task A_common_password_is_refused_in_any_case(string password) =>
        await AssertRefusedAsync(password, "ada@example.com", fullName: null, "too common");

    [Theory]
    [InlineData("grace.hopper")]
    [InlineData("GRACE.HOPPER")]
    [InlineData("grace.hopper@example.com")]
    [InlineData("gracehopper1906")]
    [InlineData("1906-Grace_Hopper!")]
    [Asvs("2.2.3", "6.2.11")]
    public async Task The_address_and_its_local_part_are_refused_even_with_digits_and_punctuation(string password) =>
        await AssertRefusedAsync(password, "grace.hopper@example.com", fullName: null, "e-mail address");

    [Theory]
    [InlineData("Zoë Ångström")]
    [InlineData("zoëångström")]
    [InlineData("ÅNGSTRÖM")]
    [InlineData("ångström.1814")]
    [Asvs("2.2.3", "6.2.11")]
    public async Task The_name_and_its_parts_are_refused_even_with_digits_and_punctuation(string password) =>
        await AssertRefusedAsync(password, "someone@example.com", "Zoë Ångström", "your name");

    [Theory]
    [InlineData("zoë zoë zoë", "someone@example.com", "Zoë Ångström")]
    [InlineData("ångström units", "someone@example.com", "Zoë Ångström")]
    [InlineData("zoë-1814!", "someone@example.com", "Zoë Ångström")]
    [InlineData("someone else", "someone@example.com", null)]
    [InlineData("73105824", "4711@example.com", null)]
    public void A_password_with_more_than_the_name_or_the_address_is_accepted(string password, string email, string? fullName) =>
        Assert.Empty(NewPasswordRules.FindFaults(password, email, fullName));

    [Fact]
    public async Task Each_broken_rule_is_reported_in_a_sentence_of_its_own()
    {
        using var refused = await _client.PostJsonAsync(
            "/api/auth/register", new { email = "sunshine@example.com", password = "sunshine", full_name = "Sunshine" });
        using var tiny = await _client.PostJsonAsync(
            "/api/auth/register", new { email = "ada@example.com", password = "ada\0", full_name = "Ada" });

        Assert.Equal(3, await CountFaultsAsync(refused));
        Assert.Equal(4, await CountFaultsAsync(tiny));
    }

    private static async Task<int> CountFaultsAsync(HttpResponseMessage refused)
    {
        await refused.AssertRefusedMembersAsync("password");
        var sentences = (await refused.ReadJsonAsync()).GetProperty("errors").GetProperty("password")
            .EnumerateArray().Select(sentence => sentence.GetString()!).ToList();
        Assert.All(sentences, sentence => Assert.EndsWith(".", sentence, StringComparison.Ordinal));
        return sentences.Distinct(StringComparer.Ordinal).Count();
    }

    private async Task AssertRefusedAsync(string password, string email, string? fullName, string reason)
    {
        using var refused = await _client.PostJsonAsync("/api/auth/register", new { email, password, full_name = fullName });

        await refused.AssertRefusedMembersAsync("password");
        var errors = (await refused.ReadJsonAsync()).GetProperty("errors");
        var sentence = Assert.Single(errors.GetProperty("password").EnumerateArray());
        Assert.Contains(reason, sentence.GetString(), StringComparison.Ordinal);
    }
}
