using System.Net;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

public abstract class RegistrationModeTests(DatabaseKind kind)
{
    private const string Route = "/api/auth/register";

    public sealed class OnSqlite() : RegistrationModeTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : RegistrationModeTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Verified_makes_the_user_when_the_link_is_followed()
    {
        await using var api = await StartAsync("verified");
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();

        using var registered = await RegisterAsync(client, email, fullName: " Ada ");
        var mail = Assert.Single(await api.ReadMailsAsync(email));
        using var early = await client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
        var usersBefore = await api.WithDatabaseAsync(database => database.Users.CountAsync());
        using var confirmed = await client.ConfirmAsync(mail.Values.Token!);
        using var used = await client.ConfirmAsync(mail.Values.Token!);
        using var me = await client.GetMeAsync(await client.LoginAsync(email));

        await registered.AssertEmptyAsync(HttpStatusCode.Accepted);
        Assert.Equal((MailTemplate.ConfirmRegistration, "Ada", TimeSpan.FromHours(24)), (mail.Template, mail.Values.Name, mail.Values.ValidFor));
        await early.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        Assert.Equal(0, usersBefore);
        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
        await used.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        var user = await me.ReadJsonAsync();
        Assert.Equal("Ada", user.GetProperty("full_name").GetString());
        Assert.True(user.GetProperty("email_verified").GetBoolean());
        Assert.Equal(
            [AuditBatch.Success], await api.ReadEventsAsync(user.GetProperty("id").GetInt32(), AuditTypes.UserRegistered));
    }

    [Fact]
    public async Task Verified_answers_alike_for_an_address_that_somebody_has_and_tells_them()
    {
        await using var api = await StartAsync("verified");
        var client = api.CreateClient();
        var known = ApiMoves.NewEmail();
        await JoinAsync(api, client, known);
        var unknown = ApiMoves.NewEmail();

        using var first = await RegisterAsync(client, known.ToUpperInvariant(), "a quite different one", "Mallory");
        using var second = await RegisterAsync(client, unknown);

        await first.AssertEmptyAsync(HttpStatusCode.Accepted);
        await second.AssertEmptyAsync(HttpStatusCode.Accepted);
        Assert.Equal(NamesOf(first), NamesOf(second));
        var notice = Assert.Single(await api.ReadMailsAsync(known), mail => mail.Template == MailTemplate.AlreadyRegistered);
        Assert.Null(notice.Values.Token);
        Assert.Null(notice.Values.Name);
        var waiting = await api.WithDatabaseAsync(database => database.OneTimeTokens.Select(token => token.Email).ToListAsync());
        Assert.Equal(unknown, Assert.Single(waiting));
        await client.LoginAsync(known);
    }

    [Fact]
    public async Task Verified_lets_a_second_registration_supersede_the_link_of_the_first()
    {
        await using var api = await StartAsync("verified");
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        using var first = await RegisterAsync(client, email, "the first password");
        var superseded = await api.ReadTokenAsync(email, MailTemplate.ConfirmRegistration);
        using var second = await RegisterAsync(client, email, "the second password");
        var link = Assert.Single(await api.ReadTokensAsync(email, MailTemplate.ConfirmRegistration), token => token != superseded);

        using var refused = await client.ConfirmAsync(superseded);
        using var confirmed = await client.ConfirmAsync(link);

        await refused.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
        await client.LoginAsync(email, "the second password");
    }

    [Fact]
    public async Task Verified_makes_one_user_of_fifty_who_follow_one_link_at_once()
    {
        await using var api = await StartAsync("verified");
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => RegisterAsync(client, email)));
        Assert.Equal(1, await api.WithDatabaseAsync(database => database.OneTimeTokens.CountAsync()));
        var links = await api.ReadTokensAsync(email, MailTemplate.ConfirmRegistration);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(async number =>
        {
            using var confirmed = await client.ConfirmAsync(links[number % links.Count]);
            return confirmed.StatusCode;
        }));

        Assert.Equal([HttpStatusCode.NoContent, .. Enumerable.Repeat(HttpStatusCode.BadRequest, 49)], statuses.Order());
        Assert.Equal(1, await api.WithDatabaseAsync(database => database.Users.CountAsync()));
    }

    [Theory]
    [InlineData(86_399, HttpStatusCode.NoContent)]
    [InlineData(86_400, HttpStatusCode.BadRequest)]
    public async Task A_link_of_a_registration_works_for_24_hours_and_not_a_second_longer(int seconds, HttpStatusCode status)
    {
        await using var api = await StartAsync("verified");
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        using var registered = await RegisterAsync(client, email);
        // Before a mail that nobody could send is given up, which takes as long.
        var token = await api.ReadTokenAsync(email, MailTemplate.ConfirmRegistration);
        api.Clock.Pass(TimeSpan.FromSeconds(seconds));

        using var confirmed = await client.ConfirmAsync(token);

        Assert.Equal(status, confirmed.StatusCode);
    }

    [Fact]
    public async Task Verified_refuses_what_open_refuses()
    {
        await using var api = await StartAsync("verified");

        using var refused = await RegisterAsync(api.CreateClient(), "no address", "iloveyou");

        await refused.AssertRefusedMembersAsync("email", "password");
    }

    [Fact]
    public async Task Closed_registers_nobody()
    {
        await using var api = await StartAsync("closed");
        var email = ApiMoves.NewEmail();

        using var refused = await RegisterAsync(api.CreateClient(), email);

        await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "registration_closed");
        Assert.Equal(0, await api.WithDatabaseAsync(database => database.Users.CountAsync()));
        Assert.Empty(await api.ReadMailsAsync(email));
        Assert.Equal(
            ["registration_closed"], await api.WithDatabaseAsync(database => database.AuditEvents.Select(audited => audited.Outcome).ToListAsync()));
    }

    private Task<BtecApi> StartAsync(string mode) => BtecApi.StartAsync(kind, AccountMoves.RegistrationSettings(mode));

    private static async Task JoinAsync(BtecApi api, HttpClient client, string email)
    {
        using var registered = await RegisterAsync(client, email);
        using var confirmed = await client.ConfirmAsync(await api.ReadTokenAsync(email, MailTemplate.ConfirmRegistration));
        Assert.Equal(HttpStatusCode.NoContent, confirmed.StatusCode);
    }

    private static string NamesOf(HttpResponseMessage response) =>
        string.Join(' ', response.Headers.Concat(response.Content.Headers).Select(header => header.Key).Order(StringComparer.Ordinal));

    private static Task<HttpResponseMessage> RegisterAsync(
        HttpClient client, string email, string password = ApiMoves.Password, string? fullName = null) =>
        client.PostJsonAsync(Route, new { email, password, full_name = fullName });
}
