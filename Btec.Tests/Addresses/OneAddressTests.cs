using System.Net;
using Btec.Tests.Infrastructure;
using Btec.Tests.Protection;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Addresses;

/// <summary>The address that is stored, limited and mailed.</summary>
public abstract class OneAddressTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : OneAddressTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : OneAddressTests(DatabaseKind.Postgres);

    [Fact]
    public async Task The_stored_the_returned_the_mailed_and_the_claimed_address_are_the_same()
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(kind, inbox.ToSettings());
        var client = api.CreateClient();
        string[] spellings =
            ["Ada@MÜNCHEN.example", "ada@ｅxample。com", "JU\u0308RGEN@bücher.example", "用户@例子.example", "o'hara+tag@Example.com"];
        foreach (var sent in spellings)
        {
            var before = inbox.Accepted.Count;
            var returned = (await client.RegisterAsync(sent)).GetProperty("email").GetString()!;
            var mail = (await inbox.WaitForAsync(before + 1))[before];

            Assert.Equal(returned, mail.Recipient);
            Assert.Equal(1, await api.WithDatabaseAsync(database => database.Users.CountAsync(user => user.Email == returned)));
            Assert.Equal(1, await api.WithDatabaseAsync(database => database.OutgoingMails.CountAsync(row => row.Recipient == returned)));
            Assert.Equal(1, await api.WithDatabaseAsync(database => database.OneTimeTokens.CountAsync(row => row.Email == returned)));
            Assert.Equal(returned, TokenForge.Open(await client.LoginAsync(sent)).Claims.GetProperty("sub").GetString());
        }
    }

    [Fact]
    public async Task Attempts_are_counted_together_whatever_the_spelling()
    {
        await using var api = await BtecApi.StartAsync(kind, LimitedApi.Settings(
            ("RateLimiting:Login:PerAccount:Limit", "3"), ("RateLimiting:Register:PerAccount:Limit", "3")));
        string[] spellings = ["ada@münchen.example", "ADA@mu\u0308nchen。example", "ada@XN--MNCHEN-3YA.example", " ada@münchen．example "];
        foreach (var (index, spelling) in spellings.Index())
        {
            using var login = await api.From($"198.51.{index}.1").TryLoginAsync(spelling, "not the password");
            using var registered = await api.From($"203.0.{index}.1").PostJsonAsync(
                "/api/auth/register", new { email = spelling, password = ApiMoves.Password });

            Assert.Equal(index < 3 ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, login.StatusCode);
            Assert.Equal(
                index switch { 0 => HttpStatusCode.Created, < 3 => HttpStatusCode.Conflict, _ => HttpStatusCode.TooManyRequests },
                registered.StatusCode);
        }
    }

    [Fact]
    public async Task Failures_slow_every_spelling_down()
    {
        await using var api = await BtecApi.StartAsync(kind, LimitedApi.Settings(("RateLimiting:Slowdown:AfterFailures", "3")));
        await api.From("203.0.113.1").RegisterAsync("ada@bücher.example");
        var client = api.From("198.51.100.1");
        foreach (var spelling in new[] { "ada@bücher.example", "ADA@bu\u0308cher.example", "ada@xn--bcher-kva。example" })
        {
            using var failed = await client.TryLoginAsync(spelling, "not the password");
            Assert.Equal(HttpStatusCode.Unauthorized, failed.StatusCode);
        }

        using var held = await client.TryLoginAsync("ada@BÜCHER.example");
        using var elsewhere = await api.From("192.0.2.1").TryLoginAsync("ada@BÜCHER.example");

        Assert.Equal(HttpStatusCode.Unauthorized, held.StatusCode);
        Assert.Equal(HttpStatusCode.OK, elsewhere.StatusCode);
    }

    [Fact]
    public async Task A_search_finds_a_user_by_the_letters_of_the_domain_and_of_the_name()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        await client.RegisterAsync("grace@münchen.example", fullName: "Zoe\u0308 H\u200Copper");
        await client.RegisterAsync("jürgen@example.com");
        await client.RegisterAsync("other@example.com");
        var superuser = (await api.StartSessionOfSuperuserAsync()).Access;

        foreach (var text in new[]
                 {
                     "münchen", "MU\u0308NCHEN.exa", "xn--mnchen", "grace@münchen.example", "e@münchen", "@münchen.example",
                     "nchen-3ya.example",
                     "zoë", "Zoe\u0308 hop", "hopper", "H\u200Copp",
                 })
        {
            Assert.Equal(["grace@xn--mnchen-3ya.example"], await FindAsync(text));
        }

        Assert.Equal(["jürgen@example.com"], await FindAsync("ju\u0308rg"));
        Assert.Equal(["jürgen@example.com"], await FindAsync("jürgen@exam"));
        Assert.Empty(await FindAsync("münchen.com"));
        using var blank = await client.GetAsync($"/api/users?q={Uri.EscapeDataString("a\u200D\u200Db")}", superuser);
        await blank.AssertRefusedMembersAsync("q");
        using var strange = await client.GetAsync($"/api/users?q={Uri.EscapeDataString("a\uFFFEb\uFFFEc")}", superuser);
        Assert.Equal(HttpStatusCode.OK, strange.StatusCode);

        async Task<List<string?>> FindAsync(string text) =>
        [
            .. (await client.GetPageAsync($"/api/users?q={Uri.EscapeDataString(text)}", superuser))
                .GetProperty("items").EnumerateArray().Select(user => user.GetProperty("email").GetString()),
        ];
    }

    /// <summary>Compositions that take more room than their letters, and a code point that .NET does not normalize.</summary>
    [Theory]
    [InlineData("\u0958", 255)]
    [InlineData("a\uFFFEb", 1)]
    public async Task A_name_that_grows_when_it_is_folded_is_stored(string text, int count)
    {
        await using var api = await BtecApi.StartAsync(kind);
        var name = string.Concat(Enumerable.Repeat(text, count));

        var user = await api.CreateClient().RegisterAsync("ada@example.com", fullName: name);

        Assert.Equal(name, user.GetProperty("full_name").GetString());
    }
}
