using System.Globalization;
using System.Net;
using System.Text.Json;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Administration;

public abstract class UserListTests(OwnApi own)
{
    private const string Route = "/api/users";
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : UserListTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : UserListTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task Pages_hold_every_user_once_the_newest_first_while_others_register()
    {
        var mark = NewMark();
        var ids = new List<int>();
        for (var user = 0; user < 7; user++)
            ids.Add((await _client.RegisterAsync($"{mark}{user}@example.com")).GetProperty("id").GetInt32());

        var superuser = (await own.Api.StartSessionOfSuperuserAsync()).Access;
        var first = await _client.GetPageAsync($"{Route}?q={mark}&limit=3", superuser);
        await _client.RegisterAsync($"{mark}late@example.com");
        var second = await _client.GetPageAsync($"{Route}?q={mark}&limit=3&cursor={first.GetProperty("next_cursor")}", superuser);
        var third = await _client.GetPageAsync($"{Route}?q={mark}&limit=3&cursor={second.GetProperty("next_cursor")}", superuser);

        Assert.Equal(
            [.. Enumerable.Reverse(ids)],
            [
                .. new[] { first, second, third }
                    .SelectMany(page => page.GetProperty("items").EnumerateArray()).Select(user => user.GetProperty("id").GetInt32()),
            ]);
        Assert.Equal(JsonValueKind.Null, third.GetProperty("next_cursor").ValueKind);
    }

    [Fact]
    [Asvs("15.3.1")]
    public async Task A_user_is_shown_as_it_is_and_without_its_hash()
    {
        var mark = NewMark();
        var registered = await _client.RegisterAsync($"{mark}@example.com", fullName: "Ada");

        var page = await _client.GetPageAsync($"{Route}?q={mark}", (await own.Api.StartSessionOfSuperuserAsync()).Access);

        var shown = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal(JsonSerializer.Serialize(registered), JsonSerializer.Serialize(shown));
        Assert.Equal(JsonValueKind.Null, page.GetProperty("next_cursor").ValueKind);
    }

    [Theory]
    [InlineData("{0}ada", 1)]
    [InlineData("{0}ADA", 1)]
    [InlineData("  {0}ada\t", 1)]
    [InlineData("{0}", 3)]
    [InlineData("{1}ada@exam", 1)]
    [InlineData("{1}ada@example.com", 1)]
    [InlineData("{1}ada@example.org", 0)]
    [InlineData("{1}grace hop", 1)]
    [InlineData("{1}ÉMI", 1)]
    [InlineData("{1}é", 1)]
    [InlineData("{1}%", 0)]
    [InlineData("{1}_da", 0)]
    [InlineData("{1}a%a", 0)]
    [InlineData("{1}a' OR '1'='1", 0)]
    [InlineData("{1}a\\' OR 1=1 --", 0)]
    [InlineData("{1}\\", 0)]
    [InlineData("{1}ada{{0}}", 0)]
    public async Task A_text_is_found_anywhere_in_address_or_name_in_any_case(string query, int count)
    {
        var mark = NewMark();
        await _client.RegisterAsync($"{mark}ada@example.com");
        await _client.RegisterAsync(ApiMoves.NewEmail(), fullName: $"Dr. {mark.ToUpperInvariant()}Grace Hopper");
        await _client.RegisterAsync(ApiMoves.NewEmail(), fullName: $"Mme {mark}Émilie du Châtelet");

        var found = await FindAsync(string.Format(CultureInfo.InvariantCulture, query, mark, mark[5..]));

        Assert.Equal(count, found.Count);
    }

    [Theory]
    [InlineData("_", "-")]
    [InlineData("%", "x")]
    [Asvs("1.2.4")]
    public async Task A_wildcard_stands_for_itself(string wildcard, string other)
    {
        var mark = NewMark();
        await _client.RegisterAsync($"{mark}1{wildcard}2@example.com");
        await _client.RegisterAsync($"{mark}1{other}2@example.com");

        Assert.Equal([$"{mark}1{wildcard}2@example.com"], await FindAsync($"{mark[^6..]}1{wildcard}2"));
    }

    [Fact]
    public async Task A_backslash_stands_for_itself()
    {
        var mark = NewMark();
        var email = (await _client.RegisterAsync(ApiMoves.NewEmail(), fullName: $"{mark}\\o/")).GetProperty("email").GetString();

        Assert.Equal([email], await FindAsync($"{mark}\\o/"));
        Assert.Empty(await FindAsync($"{mark}o/"));
    }

    [Theory]
    [InlineData("日本語", true)]
    [InlineData("👩👩👩", true)]
    [InlineData("日本", false)]
    [InlineData("👩👩", false)]
    [InlineData("  ab  ", false)]
    public async Task Three_code_points_are_needed(string query, bool isEnough)
    {
        var email = (await _client.RegisterAsync(ApiMoves.NewEmail(), fullName: $"A{query.Trim()}B{NewMark()}")).GetProperty("email").GetString();

        using var response = await _client.GetAsync(
            $"{Route}?q={Uri.EscapeDataString(query)}", (await own.Api.StartSessionOfSuperuserAsync()).Access);

        if (isEnough)
            Assert.Contains(email!, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        else
            await response.AssertRefusedMembersAsync("q");
    }

    [Fact]
    public async Task The_active_and_the_others_are_told_apart()
    {
        var mark = NewMark();
        await _client.RegisterAsync($"{mark}1@example.com");
        var gone = (await _client.RegisterAsync($"{mark}2@example.com")).GetProperty("id").GetInt32();
        await own.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Id == gone)
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.IsActive, false)));

        Assert.Equal([$"{mark}1@example.com"], await FindAsync(mark[5..], "&is_active=true"));
        Assert.Equal([$"{mark}2@example.com"], await FindAsync(mark[5..], "&is_active=false"));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("is_active=yes", "is_active")]
    [InlineData("is_active=1&q=abc&q=abd", "is_active", "q")]
    [InlineData("q=ab", "q")]
    [InlineData("q=abc%00d", "q")]
    [InlineData("cursor=AAAA", "cursor")]
    [InlineData("cursor=AAAAAA", "cursor")]
    [InlineData("cursor=_____w", "cursor")]
    [InlineData("cursor=AAAAAA%3D%3D", "cursor")]
    public async Task A_parameter_that_cannot_be_is_named(string query, params string[] members)
    {
        using var response = await _client.GetAsync($"{Route}?{query}", (await own.Api.StartSessionOfSuperuserAsync()).Access);

        await response.AssertRefusedMembersAsync(members);
    }

    [Fact]
    [Asvs("8.2.1")]
    public async Task Only_superusers_list()
    {
        using var nobody = await _client.GetAsync(Route, accessToken: null);
        using var somebody = await _client.GetAsync(Route, (await _client.StartSessionOfNewUserAsync()).Access);

        await nobody.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        await somebody.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    private async Task<List<string?>> FindAsync(string text, string filter = "") =>
    [
        .. (await _client.GetPageAsync(
                $"{Route}?q={Uri.EscapeDataString(text)}{filter}", (await own.Api.StartSessionOfSuperuserAsync()).Access))
            .GetProperty("items").EnumerateArray().Select(user => user.GetProperty("email").GetString()),
    ];

    /// <summary>Returns a text that no other test's users contain.</summary>
    private static string NewMark() => $"mark{Guid.CreateVersion7():N}".ToLowerInvariant();
}
