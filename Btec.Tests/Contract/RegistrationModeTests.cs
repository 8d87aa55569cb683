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
    public async Task Verified_mode_creates_the_user_when_the_link_is_followed()
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
        Assert.Equal(
            (MailTemplate.ConfirmRegistration, "Ada", TimeSpan.FromHours(24)),
            (mail.Template, mail.Values.Name, mail.Values.ValidFor));
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
    public async Task Verified_mode_gives_the_same_response_for_a_registered_address_and_notifies_its_owner()
    {
        await using var api = await StartAsync("verified");
        var client = api.CreateClient();
        var known = ApiMoves.NewEmail();
        await RegisterAndConfirmAsync(api, client, known);
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
    public async Task In_verified_mode_fifty_simultaneous_confirmations_create_one_user()
    {
        await using var api = await StartAsync("verified");
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => RegisterAsync(client, email)));
        var links = await api.ReadTokensAsync(email, MailTemplate.ConfirmRegistration);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(async number =>
        {
            using var confirmed = await client.ConfirmAsync(links[number % links.Count]);
            return confirmed.StatusCode;
        }));

        Assert.Equal([HttpStatusCode.NoContent, .. Enumerable.Repeat(HttpStatusCode.BadRequest, 49)], statuses.Order());
        Assert.Equal(1, await api.WithDatabaseAsync(database => database.Users.CountAsync()));
        Assert.Equal(0, await api.WithDatabaseAsync(database => database.OneTimeTokens.CountAsync()));
    }

    [Theory]
    [InlineData(86_399, HttpStatusCode.NoContent)]
    [InlineData(86_400, HttpStatusCode.BadRequest)]
    public async Task A_registration_link_works_for_24_hours_and_not_a_second_longer(int seconds, HttpStatusCode status)
    {
        await using var api = await StartAsync("verified");
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        using var registered = await RegisterAsync(client, email);
        // Read before the clock moves: an undeliverable mail is abandoned after the same 24 hours.
        var token = await api.ReadTokenAsync(email, MailTemplate.ConfirmRegistration);
        api.Clock.Pass(TimeSpan.FromSeconds(seconds));

        using var confirmed = await client.ConfirmAsync(token);

        Assert.Equal(status, confirmed.StatusCode);
    }

    [Fact]
    public async Task Verified_mode_applies_the_same_rules_as_open_mode()
    {
        await using var api = await StartAsync("verified");

        using var refused = await RegisterAsync(api.CreateClient(), "no address", "iloveyou");

        await refused.AssertRefusedMembersAsync("email", "password");
    }

    [Fact]
    public async Task Closed_mode_registers_nobody()
    {
        await using var api = await StartAsync("closed");
        var email = ApiMoves.NewEmail();

        using var refused = await RegisterAsync(api.CreateClient(), email);

        await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "registration_closed");
        Assert.Equal(0, await api.WithDatabaseAsync(database => database.Users.CountAsync()));
        Assert.Empty(await api.ReadMailsAsync(email));
        Assert.Equal(
            ["registration_closed"],
            await api.WithDatabaseAsync(database => database.AuditEvents.Select(auditEvent => auditEvent.Outcome).ToListAsync()));
    }

    private Task<BtecApi> StartAsync(string mode) => BtecApi.StartAsync(kind, AccountMoves.RegistrationSettings(mode));

    private static async Task RegisterAndConfirmAsync(BtecApi api, HttpClient client, string email)
    {
        using var registered = await RegisterAsync(client, email);
        using var confirmed = await client.ConfirmAsync(await api.ReadTokenAsync(email, MailTemplate.ConfirmRegistration));
        Assert.Equal(HttpStatusCode.NoContent, confirmed.StatusCode);
    }

    private static string NamesOf(HttpResponseMessage response) =>
        string.Join(' ', response.Headers.Concat(response.Content.Headers)
            .Select(header => header.Key).Order(StringComparer.Ordinal));

    private static Task<HttpResponseMessage> RegisterAsync(
        HttpClient client, string email, string password = ApiMoves.Password, string? fullName = null) =>
        client.PostJsonAsync(Route, new { email, password, full_name = fullName });
}
