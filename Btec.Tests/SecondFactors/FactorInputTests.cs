using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.SecondFactors;

/// <summary>Hostile and unusual values of the routes of second factors.</summary>
public abstract class FactorInputTests(SharedApi shared)
{
    private const int MaxNameLength = 120;
    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : FactorInputTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : FactorInputTests(shared);

    [Fact]
    public async Task Only_the_six_ASCII_digits_of_a_code_are_the_code()
    {
        var (_, _, tokens) = await _api.StartConfirmedAccountAsync();
        var authenticator = await _api.BeginTotpAsync(tokens);
        var code = authenticator.CodeAt();
        string[] refused =
        [
            "", " ", "0", code[..5], code[1..], $"{code}0", $"0{code}", $" {code}", $"{code} ", $"{code[..3]} {code[3..]}", $"{code}\n",
            $"{code}\0", $"+{code}", $"-{code}", $"{code}.0", $"0x{code}", $"{code}'--",
            Shift(code, '٠'), Shift(code, '０'), Shift(code, '०'),
            $"\u200B{code}", new string('0', 60_000), string.Concat(Enumerable.Repeat(code, 1_000)),
        ];

        foreach (var wrong in refused)
        {
            using var response = await _client.ConfirmTotpAsync(tokens, authenticator.Id, wrong);
            await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "code_wrong");
        }

        using var right = await _client.ConfirmTotpAsync(tokens, authenticator.Id, code);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"code": null}""")]
    [InlineData("""{"code": 123456}""")]
    [InlineData("""{"code": ["123456"]}""")]
    [InlineData("""{"code": "\ud800"}""")]
    [InlineData("""{"code": "123456", "code": "123456"}""")]
    [InlineData("""{"Code": "123456"}""")]
    public async Task A_code_that_is_no_text_is_refused(string body)
    {
        var (_, _, tokens) = await _api.StartConfirmedAccountAsync();
        var authenticator = await _api.BeginTotpAsync(tokens);

        using var response = await SendAsync($"{FactorMoves.TotpRoute}/{authenticator.Id}/confirm", tokens, body);

        await response.AssertRefusedMembersAsync("code");
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("018f0000-0000-7000-8000-000000000000")]
    [InlineData("018f000000007000800000000000000A")]
    [InlineData("%7B018f0000-0000-7000-8000-000000000000%7D")]
    [InlineData("%20018f0000-0000-7000-8000-000000000000")]
    [InlineData("018f0000-0000-7000-8000-000000000000%09")]
    [InlineData("1")]
    [InlineData("'")]
    [InlineData("%F0%9F%A6%86")]
    public async Task An_id_of_no_authenticator_is_not_found(string id)
    {
        var (_, _, tokens) = await _api.StartConfirmedAccountAsync();

        using var confirmed = await _client.SendJsonAsync(
            HttpMethod.Post, $"{FactorMoves.TotpRoute}/{id}/confirm", tokens.Access, new { code = "123456" });
        using var removed = await _client.SendAsync(HttpMethod.Delete, $"{FactorMoves.TotpRoute}/{id}", tokens.Access);

        await confirmed.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await removed.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"name": null}""", null)]
    [InlineData("""{"name": " \t\u3000"}""", null)]
    [InlineData("""{"name": "\u200c\u200d"}""", null)]
    [InlineData("""{"name": "  Ada's <b>phone</b>\n"}""", "Ada's <b>phone</b>")]
    [InlineData("""{"name": "گوشی\u200cعلی"}""", "گوشی\u200cعلی")]
    public async Task A_name_is_trimmed_and_otherwise_kept(string body, string? kept)
    {
        var (_, _, tokens) = await _api.StartConfirmedAccountAsync();

        using var begun = await SendAsync(FactorMoves.TotpRoute, tokens, body);

        Assert.Equal(HttpStatusCode.Created, begun.StatusCode);
        Assert.Equal(kept, await ConfirmAndReadNameAsync(tokens, begun));
    }

    [Fact]
    public async Task A_name_has_at_most_120_code_points()
    {
        var (_, _, tokens) = await _api.StartConfirmedAccountAsync();
        var longest = string.Concat(Enumerable.Repeat("🚀", MaxNameLength));

        using var tooLong = await _client.TryBeginTotpAsync(tokens, longest + "a");
        using var begun = await _client.TryBeginTotpAsync(tokens, $" {longest} ");

        await tooLong.AssertRefusedMembersAsync("name");
        Assert.Equal(longest, await ConfirmAndReadNameAsync(tokens, begun));
    }

    [Theory]
    [InlineData("""{"name": "a\u0000b"}""")]
    [InlineData("""{"name": "a\u202eb"}""")]
    [InlineData("""{"name": "a\u2028b"}""")]
    [InlineData("""{"name": "\ud800"}""")]
    [InlineData("""{"name": 1}""")]
    [InlineData("""{"name": ["a"]}""")]
    public async Task Other_names_are_refused(string body)
    {
        var (_, _, tokens) = await _api.StartConfirmedAccountAsync();

        using var response = await SendAsync(FactorMoves.TotpRoute, tokens, body);

        await response.AssertRefusedMembersAsync("name");
    }

    private static string Shift(string code, char zero) => string.Concat(code.Select(digit => (char)(zero + digit - '0')));

    private async Task<string?> ConfirmAndReadNameAsync(Tokens tokens, HttpResponseMessage begun)
    {
        var body = await begun.ReadJsonAsync();
        var id = body.GetProperty("id").GetGuid();
        var code = new TestAuthenticator(id, body.GetProperty("secret").GetString()!, _api.Clock).CodeAt();
        using var confirmed = await _client.ConfirmTotpAsync(tokens, id, code);
        Assert.Equal(HttpStatusCode.OK, confirmed.StatusCode);
        return Assert.Single((await _client.ListFactorsAsync(tokens)).Items).GetProperty("name").GetString();
    }

    private async Task<HttpResponseMessage> SendAsync(string path, Tokens tokens, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Access);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
