using System.Net;
using System.Text;
using Btec.Data.Accounts;
using Btec.Tests.Infrastructure;
using MimeKit;

namespace Btec.Tests.Addresses;

/// <summary>Addresses that a mail parser, a resolver or a person reads as another one than was registered. The rules need no
/// database, so one is enough.</summary>
public sealed class HostileEmailTests(SqliteApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public static TheoryData<string> Hostile =>
    [
        // Comments, groups, routes, lists and quoted strings.
        "ada(comment)@example.com", "(ada)ada@example.com", "ada@example.com(comment)", "ada@(comment)example.com",
        "ada@exam(c)ple.com",
        "friends:ada@example.com;", "friends:;@example.com", "ada:x@example.com", "@relay.example:ada@example.com",
        "ada@example.com:25",
        "<ada@example.com>", "Ada<ada@example.com>", "ada@example.com>", "ada<x@example.com", "ada@example.com,eve@example.com",
        "ada@example.com;eve@example.com", "ada,eve@example.com", "\"ada\"@example.com", "\"ada@evil.example\"@example.com",
        "ada\"x\"@example.com",
        "ada\\@evil.example@example.com", "ada\\x@example.com", "ada@exa\\mple.com", "mailto:ada@example.com",
        // Address literals.
        "ada@[192.0.2.1]", "ada@[IPv6:2001:db8::1]", "ada@[example.com]", "ada@192.0.2.1]", "[ada]@example.com",
        "ada@2001:db8::1",
        // Dots.
        ".ada@example.com", "ada.@example.com", "ada..lovelace@example.com", "ada@.example.com", "ada@example.com.",
        "ada@example..com",
        "ada@example.com。", "ada@。example.com", "ada@example。。com", "ada@example.｡com",
        // One @ only, in whatever width.
        "ada@evil.example@example.com", "ada＠evil.example@example.com", "ada﹫evil.example@example.com", "ada＠example.com",
        // Look-alikes of syntax that compatibility mappings turn into syntax.
        "ada．x@example.com", "ada。x@example.com", "ada․x@example.com", "ada‥x@example.com", "ada…@example.com",
        "ada（x）@example.com",
        "＜ada@example.com", "ada；@example.com", "ada，eve@example.com", "ada：x@example.com", "ada＼x@example.com",
        "ada\u00B4@example.com",
        // Encoded words.
        "=?utf-8?q?ada?=@example.com", "=?iso-8859-1?Q?=61=64=61=40evil.example=3e?=x@example.com", "=?x?b?YWRh?=@example.com",
        "x=?utf-7?q?&AEA-?=@example.com",
        // Domains that are none in the DNS.
        "ada@exa_mple.com", "ada@-example.com", "ada@example-.com", "ada@exam!ple.com", "ada@exam%70le.com", "ada@example.com/x",
        "ada@exam'ple.com",
        "ada@xn--", "ada@xn--.example", "ada@xn--a.example", "ada@xn--abc-.example", "ada@xn--mnchen-3y.example",
        "ada@xn--ls8h=.example",
        "ada@xn--xn---epa.example", "ada@\u0301a.example", "ada@a\u2FF0b.example", "ada@a\uFFFDb.example",
        "ada@xn--a-ecp.example", "ada@⒈com",
        // White space and what shows nothing.
        "a da@example.com", "ada@exam ple.com", "ada\u00A0x@example.com", "ada\u3000@example.com", "ada\u200B@example.com",
        "ada@exam\u00ADple.com",
        "ada@exam\u200Dple.com", "ada\uFE0F@example.com", "ada@exam\uFE0Fple.com", "ada\u034F@example.com",
        "ada\u3164@example.com", "ada\u115F@example.com",
        "ada\u2800@example.com", "ada\u180B@example.com", "ada\u202E@example.com", "ada\u2066x@example.com",
        "ada\r\nbcc:eve@example.com", "ada\0@example.com",
        // Characters without a meaning yet, or without any.
        "ada\uFFFE@example.com", "ada\uFFFF@example.com", "ada\u0378@example.com", "ada\U000E0080@example.com",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task An_address_that_reads_as_another_is_refused_wherever_one_is_chosen(string email)
    {
        using var registered = await _client.PostJsonAsync("/api/auth/register", new { email, password = ApiMoves.Password });
        using var recovered = await _client.RecoverAsync(email);
        using var login = await _client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));

        await registered.AssertRefusedMembersAsync("email");
        await recovered.AssertRefusedMembersAsync("email");
        await login.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Fact]
    public async Task The_routes_for_users_with_an_account_refuse_them_too()
    {
        var (id, _, tokens) = await _client.StartAccountAsync();
        var superuser = (await shared.Api.StartSessionOfSuperuserAsync()).Access;
        string[] refused = ["ada(c)@example.com", "=?utf-8?q?a?=@example.com", "ada@xn--abc-.example", "ada＠evil.example@example.com"];
        foreach (var email in refused)
        {
            using var change = await _client.SendJsonAsync(
                HttpMethod.Post, "/api/users/me/email", tokens.Access, new { email, password = ApiMoves.Password });
            using var create = await _client.SendJsonAsync(HttpMethod.Post, "/api/users", superuser, new { email });
            using var update = await _client.SendJsonAsync(HttpMethod.Patch, $"/api/users/{id}", superuser, new { email });

            await change.AssertRefusedMembersAsync("email");
            await create.AssertRefusedMembersAsync("email");
            await update.AssertRefusedMembersAsync("email");
        }
    }

    [Theory]
    [InlineData("a", 64, "@example.com", true)]
    [InlineData("a", 65, "@example.com", false)]
    [InlineData("u\u0308", 64, "@example.com", true)]
    [InlineData("\u0958", 33, "@example.com", false)]
    public void The_local_part_is_counted_in_its_canonical_form(string letter, int count, string rest, bool isAccepted) =>
        Assert.Equal(isAccepted, EmailAddress.FindFault(string.Concat(Enumerable.Repeat(letter, count)) + rest) is null);

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public void The_whole_address_is_counted_in_its_canonical_form(int length, bool isAccepted)
    {
        // Three labels of 63 characters as A-labels, of 56 letters each.
        var label = new string('a', 55) + "ü";
        var ascii = EmailDomain.ToAscii(label)!;
        Assert.Equal(63, ascii.Length);

        Assert.Equal(isAccepted, EmailAddress.FindFault($"{new string('x', length)}@{label}.{label}.{label}.x") is null);
    }

    [Fact]
    public void A_canonical_form_is_its_own_canonical_form_whatever_letter_it_contains()
    {
        foreach (var letter in Letters())
        {
            foreach (var sent in new[] { $"a{letter}b@example.com", $"a@x{letter}y.example" })
            {
                if (EmailAddress.FindFault(sent) is not null)
                    continue;

                var address = EmailAddress.Normalize(sent);
                Assert.True(EmailAddress.FindFault(address) is null, $"U+{letter.Value:X4}: {address}");
                Assert.True(EmailAddress.Normalize(address) == address, $"U+{letter.Value:X4}: {address}");
            }
        }
    }

    /// <summary>The mail library agrees that what is accepted is one address, and which one.</summary>
    [Fact]
    public void A_mail_parser_reads_an_accepted_address_as_it_is_stored()
    {
        foreach (var letter in Letters().Where(letter => EmailAddress.FindFault($"a{letter}b@example.com") is null))
        {
            var address = EmailAddress.Normalize($"a{letter}b@example.com");
            Assert.True(InternetAddressList.TryParse(address, out var parsed), $"U+{letter.Value:X4}");
            Assert.True(Assert.IsType<MailboxAddress>(Assert.Single(parsed)).Address == address, $"U+{letter.Value:X4}");
        }
    }

    /// <summary>Returns the blocks whose characters have a case, compositions, decompositions or mappings.</summary>
    private static IEnumerable<Rune> Letters()
    {
        (int First, int Last)[] blocks =
        [
            (0x0021, 0x33FF), (0xA640, 0xABFF), (0xF900, 0xFFFF), (0x10400, 0x105BF), (0x1D15E, 0x1D1C0), (0x1D400, 0x1D7FF),
            (0x1E900, 0x1E95F), (0x1F100, 0x1F25F), (0x2F800, 0x2FA1F), (0xE0000, 0xE01FF),
        ];
        return blocks.SelectMany(block => Enumerable.Range(block.First, block.Last - block.First + 1))
            .Where(Rune.IsValid).Select(value => new Rune(value));
    }
}
