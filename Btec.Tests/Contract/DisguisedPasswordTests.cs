using System.Net;
using Btec.Data.Model;
using Btec.Data.Passwords;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>Common passwords, words of the site and of the user, with the usual changes, on every route that sets a
/// password.</summary>
public abstract class DisguisedPasswordTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : DisguisedPasswordTests(shared)
    {
        [Theory]
        [InlineData("Password1!")]
        [InlineData("P@ssw0rd123")]
        [InlineData("p4$$w0rd")]
        [InlineData("!!Password!!")]
        [InlineData("Pa55word2026")]
        [InlineData("password12345678")]
        [InlineData("12345678!")]
        [InlineData("1234-5678")]
        [InlineData("Qwerty2026!")]
        [InlineData("W3lcome1!!")]
        [InlineData("Welcome2026!")]
        [InlineData("Dragon-2026")]
        [InlineData("1l0vey0u")]
        [InlineData("!Il0v3y0u")]
        [InlineData("$unsh1ne")]
        [InlineData("adm1n1str4t0r")]
        public void A_common_password_with_the_usual_changes_is_refused(string password) => Assert.Contains(
            NewPasswordRules.FindFaults(password, email: null, fullName: null),
            fault => fault.Contains("too common", StringComparison.Ordinal));

        [Theory]
        [InlineData("btec-api1")]
        [InlineData("BTEC2026!!")]
        [InlineData("bt3c-4p1-2026")]
        [InlineData("mybtecpassword")]
        [InlineData("btec_backend")]
        [InlineData("Backend-login1")]
        [InlineData("Wondershop1!")]
        [InlineData("w0nd3r$hop-api")]
        [InlineData("wonder-shop-2026")]
        [InlineData("kleine.bücher")]
        [InlineData("Bücher-login1")]
        public void The_name_of_the_site_and_the_words_around_it_are_refused(string password)
        {
            var site = new SiteWords("wondershop", "Kleine Bücher");

            Assert.Contains(
                NewPasswordRules.FindFaults(password, email: null, fullName: null, site),
                fault => fault.Contains("name of this site", StringComparison.Ordinal));
        }

        [Theory]
        [InlineData("correct horse battery")]
        [InlineData("a staple is no battery")]
        [InlineData("btec horse battery")]
        [InlineData("login to my account 17")]
        [InlineData("password is 83746510")]
        [InlineData("xyzzy-plugh-4711")]
        [InlineData("83746510")]
        [InlineData("dragonfly teapot")]
        public void Other_passwords_are_accepted(string password) =>
            Assert.Empty(NewPasswordRules.FindFaults(password, "ada@example.com", "Ada King"));

        /// <summary>The analysis of such texts would take hours.</summary>
        [Theory]
        [InlineData("my", 30_000, "Ada", 1, "password")]
        [InlineData("correct horse battery", 1, "abcd ", 12_000, "full_name")]
        [InlineData("my", 15_000, "abcd ", 6_000, "full_name", "password")]
        public async Task Texts_as_long_as_a_request_are_refused_unread(
            string password, int passwords, string name, int names, params string[] members)
        {
            using var refused = await _client.PostJsonAsync("/api/auth/register", new
            {
                email = ApiMoves.NewEmail(),
                password = string.Concat(Enumerable.Repeat(password, passwords)),
                full_name = string.Concat(Enumerable.Repeat(name, names)),
            }).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

            await refused.AssertRefusedMembersAsync(members);
        }

        [Fact]
        public async Task The_words_of_the_configured_site_are_refused()
        {
            await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["PublicUrl"] = "https://login.wondershop.example",
                ["Mail:From"] = "Kleine Bücher <no-reply@example.com>",
            });
            foreach (var password in new[] { "Wondershop-2026", "kleinebücher1" })
            {
                using var refused = await api.CreateClient().PostJsonAsync(
                    "/api/auth/register", new { email = ApiMoves.NewEmail(), password });
                await refused.AssertRefusedMembersAsync("password");
            }
        }
    }

    public sealed class OnPostgres(PostgresApi shared) : DisguisedPasswordTests(shared);

    /// <summary>The address is grace.hopper and a number, at münchen.example; the name is Zoë Ångström.</summary>
    [Theory]
    [InlineData("{0}", "e-mail address")]
    [InlineData("Gr4ce.H0pper!!", "e-mail address")]
    [InlineData("grace.hopper", "e-mail address")]
    [InlineData("{0}@münchen.example", "e-mail address")]
    [InlineData("{0}@xn--mnchen-3ya.example", "e-mail address")]
    [InlineData("zoe\u0308 a\u030Angstro\u0308m", "your name")]
    [InlineData("Ångström1814", "your name")]
    [InlineData("Ång$tröm!", "your name")]
    [InlineData("P@ssw0rd123", "too common")]
    [InlineData("btec-api1", "this site")]
    public async Task Every_route_that_sets_a_password_knows_the_words_of_its_user(string template, string reason)
    {
        var local = $"grace.hopper{ApiMoves.NewEmail()[4..^12]}";
        var email = $"{local}@münchen.example";
        var password = template.Replace("{0}", local, StringComparison.Ordinal);
        var superuser = (await shared.Api.StartSessionOfSuperuserAsync()).Access;

        using var registered = await _client.PostJsonAsync("/api/auth/register", new { email, password, full_name = "Zoë Ångström" });
        using var created = await _client.SendJsonAsync(
            HttpMethod.Post, "/api/users", superuser, new { email, password, full_name = "Zoë Ångström" });
        var id = (await _client.RegisterAsync(email, fullName: "Zoë Ångström")).GetProperty("id").GetInt32();
        var tokens = await _client.StartSessionAsync(email);
        using var recovered = await _client.RecoverAsync(email);
        var link = await shared.Api.ReadTokenAsync($"{local}@xn--mnchen-3ya.example", MailTemplate.ResetPassword);
        using var updated = await _client.SendJsonAsync(HttpMethod.Patch, $"/api/users/{id}", superuser, new { password });
        using var renamed = await _client.SendJsonAsync(
            HttpMethod.Patch, $"/api/users/{id}", superuser, new { password, email = "other@example.com", full_name = (string?)null });
        using var changed = await _client.SendJsonAsync(
            HttpMethod.Post,
            "/api/users/me/password",
            tokens.Access,
            new { current_password = ApiMoves.Password, new_password = password });
        using var reset = await _client.ResetAsync(link, password);

        foreach (var (answer, member) in new[]
                 {
                     (registered, "password"), (created, "password"), (updated, "password"), (renamed, "password"),
                     (changed, "new_password"), (reset, "new_password"),
                 })
        {
            await answer.AssertRefusedMembersAsync(member);
            Assert.Contains(reason, await answer.ReadTextAsync(), StringComparison.Ordinal);
        }

        using var unknown = await _client.SendJsonAsync(
            HttpMethod.Patch, "/api/users/2147483647", superuser, new { password = ApiMoves.Password });
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        await _client.LoginAsync(email);
    }
}
