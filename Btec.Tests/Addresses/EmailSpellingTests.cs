using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Addresses;

/// <summary>Spellings of one mailbox: they are one account, wherever an address is given.</summary>
public abstract class EmailSpellingTests(SharedApi shared)
{
    private static int s_count;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : EmailSpellingTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : EmailSpellingTests(shared);

    /// <summary>The canonical form and other spellings; {0} is a number that no other test uses.</summary>
    public static TheoryData<string, string[]> Spellings => new()
    {
        {
            "x{0}@xn--mnchen-3ya.example",
            ["x{0}@münchen.example", "X{0}@MÜNCHEN.example", "x{0}@mu\u0308nchen.example", "x{0}@XN--MNCHEN-3YA.EXAMPLE"]
        },
        {
            "root{0}@example.com",
            [
                "root{0}@example。com", "root{0}@example．com", "root{0}@example｡com", "root{0}@ｅxample.com", "root{0}@ＥＸＡＭＰＬＥ．ＣＯＭ",
                " Root{0}@Example.com\r\n",
            ]
        },
        { "jürgen{0}@example.com", ["ju\u0308rgen{0}@example.com", "JÜRGEN{0}@example.com", "JU\u0308RGEN{0}@EXAMPLE.COM"] },
        { "z{0}@xn--strae-oqa.example", ["z{0}@straße.example", "z{0}@STRAẞE.example"] },
        { "fish{0}@fish.example", ["fish{0}@ﬁsh.example"] },
        { "k{0}@example.com", ["\u212A{0}@example.com", "K{0}@example.com"] },
        { "å{0}@example.com", ["\u212B{0}@example.com", "A\u030A{0}@example.com"] },
        { "\uD55C{0}@xn--3e0b707e.example", ["\u1112\u1161\u11AB{0}@\u1112\u1161\u11AB\u1100\u116E\u11A8.example", "한{0}@한국.example"] },
        { "почта{0}@xn--e1afmkfd.xn--p1ai", ["ПОЧТА{0}@ПРИМЕР.РФ", "почта{0}@пример。рф"] },
        { "σοφός{0}@xn--hxajbheg2az3al.example", ["ΣΟΦός{0}@παράδειγμα.example"] },
        { "a{0}@x.xn--wgbh1c", ["a{0}@x.مصر"] },
        { "n{0}@192.0.2.1", ["n{0}@１９２.0.2.1"] },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Every_spelling_is_one_account(string canonical, string[] others)
    {
        var number = Interlocked.Increment(ref s_count) + (shared.Kind == DatabaseKind.Sqlite ? 1000 : 5000);
        var address = Fill(canonical, number);
        var first = Fill(others[0], number);

        var user = await _client.RegisterAsync(first);

        Assert.Equal(address, user.GetProperty("email").GetString());
        foreach (var spelling in others.Append(canonical).Select(other => Fill(other, number)))
        {
            using var again = await _client.PostJsonAsync("/api/auth/register", new { email = spelling, password = ApiMoves.Password });
            await again.AssertProblemAsync(HttpStatusCode.Conflict, "email_taken");
            var token = await _client.LoginAsync(spelling);
            Assert.Equal(address, TokenForge.Open(token).Claims.GetProperty("sub").GetString());
            using var recovered = await _client.RecoverAsync(spelling);
            Assert.Equal(HttpStatusCode.Accepted, recovered.StatusCode);
        }

        Assert.Equal(others.Length + 1, (await shared.Api.ReadTokensAsync(address, MailTemplate.ResetPassword)).Count);
    }

    [Fact]
    public async Task Simultaneous_registrations_of_every_spelling_leave_one_account()
    {
        var number = Interlocked.Increment(ref s_count) + (shared.Kind == DatabaseKind.Sqlite ? 1000 : 5000);
        string[] spellings =
            ["race{0}@bücher.example", "race{0}@xn--bcher-kva.example", "RACE{0}@BÜCHER。example", "race{0}@bu\u0308cher.example"];

        var answers = await Task.WhenAll(spellings.Concat(spellings).Select(spelling => _client.PostJsonAsync(
            "/api/auth/register", new { email = Fill(spelling, number), password = ApiMoves.Password })));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Fact]
    public async Task Deviation_characters_keep_their_meaning_so_that_two_domains_stay_two_accounts()
    {
        var number = Interlocked.Increment(ref s_count) + (shared.Kind == DatabaseKind.Sqlite ? 1000 : 5000);

        await _client.RegisterAsync($"d{number}@faß.example");
        await _client.RegisterAsync($"d{number}@fass.example");
    }

    [Fact]
    public async Task A_superuser_and_a_change_of_address_use_the_same_form()
    {
        var superuser = (await shared.Api.StartSessionOfSuperuserAsync()).Access;
        var number = Interlocked.Increment(ref s_count) + (shared.Kind == DatabaseKind.Sqlite ? 1000 : 5000);
        using var created = await _client.SendJsonAsync(
            HttpMethod.Post, "/api/users", superuser, new { email = $"made{number}@zürich.example", password = ApiMoves.Password });
        var (_, _, tokens) = await _client.StartAccountAsync();

        using var taken = await _client.SendJsonAsync(
            HttpMethod.Post, "/api/users", superuser, new { email = $"made{number}@xn--zrich-kva.example", password = ApiMoves.Password });
        await _client.ChangeEmailAsync(tokens, $"Made{number}@ZÜRICH。example");

        Assert.Equal($"made{number}@xn--zrich-kva.example", (await created.ReadJsonAsync()).GetProperty("email").GetString());
        await taken.AssertProblemAsync(HttpStatusCode.Conflict, "email_taken");
        var notice = Assert.Single(await shared.Api.ReadMailsAsync($"made{number}@xn--zrich-kva.example"));
        Assert.Equal(MailTemplate.AlreadyRegistered, notice.Template);
        var id = (await created.ReadJsonAsync()).GetProperty("id");
        using var moved = await _client.SendJsonAsync(
            HttpMethod.Patch, $"/api/users/{id}", superuser, new { email = $"moved{number}@éa.example" });
        Assert.Equal($"moved{number}@xn--a-9fa.example", (await moved.ReadJsonAsync()).GetProperty("email").GetString());
    }

    private static string Fill(string template, int number) => template.Replace("{0}", $"{number}", StringComparison.Ordinal);
}
