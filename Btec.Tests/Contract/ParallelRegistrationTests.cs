using System.Diagnostics.Metrics;
using System.Net;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Tests.Infrastructure;
using Btec.Tests.Protection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Contract;

/// <summary>Registrations of one address by several people, in the mode in which an account exists once it is confirmed.</summary>
public abstract class ParallelRegistrationTests(DatabaseKind kind)
{
    private const string OwnersPassword = "the password of the owner";
    private const string StrangersPassword = "the password of a stranger";

    public sealed class OnSqlite() : ParallelRegistrationTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : ParallelRegistrationTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_owner_gets_the_account_whoever_else_registered_the_address_before_or_after(int turn)
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        var links = new List<string>();
        for (var registration = 0; registration < 3; registration++)
            links.Add(await RegisterAsync(api, client, email, registration == turn ? OwnersPassword : StrangersPassword));

        foreach (var link in links)
        {
            using var tried = await client.ConfirmAsync(link, OwnersPassword);
            Assert.Equal(link == links[turn], tried.StatusCode == HttpStatusCode.NoContent);
        }

        await client.LoginAsync(email, OwnersPassword);
        using var stranger = await client.TryLoginAsync(email, StrangersPassword);
        await stranger.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        foreach (var link in links)
        {
            using var late = await client.ConfirmAsync(link, StrangersPassword);
            await late.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");
        }
    }

    [Fact]
    public async Task Without_the_password_of_that_registration_a_link_creates_nothing_and_stays_valid()
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        var other = ApiMoves.NewEmail();
        using var confirmedOther = await client.ConfirmAsync(await RegisterAsync(api, client, other, ApiMoves.Password));
        var otherToken = await client.LoginAsync(other);
        var email = ApiMoves.NewEmail();
        var link = await RegisterAsync(api, client, email, StrangersPassword);
        await RegisterAsync(api, client, email, OwnersPassword);
        using var hashes = new PasswordHashCounter(api.Services.GetRequiredService<IMeterFactory>());

        foreach (var (password, token) in new (string?, string?)[]
            { (null, null), (null, otherToken), (OwnersPassword, null), ("", otherToken), (new string('a', 73), null) })
        {
            using var refused = await client.ConfirmAsync(link, password, token);
            await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
        }

        Assert.Equal(["verify", "verify", "verify"], hashes.Operations);
        Assert.Equal(5, await api.WithDatabaseAsync(database => database.AuditEvents.CountAsync(audited =>
            audited.Type == AuditTypes.UserRegistered && audited.Outcome == "password_wrong" && audited.ActorId == null)));
        Assert.Equal(1, await api.WithDatabaseAsync(database => database.Users.CountAsync()));
        using var confirmed = await client.ConfirmAsync(link, StrangersPassword);
        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flood_of_registrations_pushes_no_owner_out_and_is_bounded(bool isEarly)
    {
        await using var api = await StartAsync();
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        var link = isEarly ? await RegisterAsync(api, client, email, OwnersPassword) : "";
        for (var registration = 0; registration < OneTimeTokenStore.MaxWaitingRegistrations + 5; registration++)
        {
            api.Clock.Pass(TimeSpan.FromSeconds(1));
            using var registered = await client.PostJsonAsync("/api/auth/register", new { email, password = StrangersPassword });
            Assert.Equal(HttpStatusCode.Accepted, registered.StatusCode);
        }

        api.Clock.Pass(TimeSpan.FromSeconds(1));
        link = isEarly ? link : await RegisterAsync(api, client, email, OwnersPassword);

        Assert.Equal(
            OneTimeTokenStore.MaxWaitingRegistrations, await api.WithDatabaseAsync(database => database.OneTimeTokens.CountAsync()));
        using var confirmed = await client.ConfirmAsync(link, OwnersPassword);
        await confirmed.AssertEmptyAsync(HttpStatusCode.NoContent);
        await client.LoginAsync(email, OwnersPassword);
        Assert.Equal(0, await api.WithDatabaseAsync(database => database.OneTimeTokens.CountAsync()));
    }

    [Fact]
    public async Task A_link_takes_ten_passwords_an_hour()
    {
        await using var api = await StartAsync(("RateLimiting:Enabled", "true"));
        var client = api.CreateClient();
        var link = await RegisterAsync(api, client, ApiMoves.NewEmail(), OwnersPassword);

        for (var attempt = 0; attempt < 10; attempt++)
        {
            using var refused = await client.ConfirmAsync(link, StrangersPassword);
            await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "password_wrong");
        }

        using var limited = await client.ConfirmAsync(link, OwnersPassword);
        await limited.AssertLimitedAsync();
    }

    /// <summary>Registers the address and returns the link that this registration mailed.</summary>
    private static async Task<string> RegisterAsync(BtecApi api, HttpClient client, string email, string password)
    {
        var before = await api.ReadTokensAsync(email, MailTemplate.ConfirmRegistration);
        using var registered = await client.PostJsonAsync("/api/auth/register", new { email, password });
        await registered.AssertEmptyAsync(HttpStatusCode.Accepted);
        return Assert.Single((await api.ReadTokensAsync(email, MailTemplate.ConfirmRegistration)).Except(before, StringComparer.Ordinal));
    }

    private Task<BtecApi> StartAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(AccountMoves.RegistrationSettings("verified"), StringComparer.Ordinal);
        foreach (var (name, value) in settings)
            all[name] = value;

        return BtecApi.StartAsync(kind, all);
    }
}
