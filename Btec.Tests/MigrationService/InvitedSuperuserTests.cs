using System.Net;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.MigrationService;

/// <summary>The first superuser without a configured password, who sets one through a mailed link.</summary>
public abstract class InvitedSuperuserTests(DatabaseKind kind)
{
    private const string Email = "root@example.com";

    public sealed class OnSqlite() : InvitedSuperuserTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : InvitedSuperuserTests(DatabaseKind.Postgres);

    [Fact]
    [Asvs("6.4.1")]
    public async Task The_superuser_sets_the_password_through_the_mailed_link()
    {
        await using var api = await BtecApi.StartAsync(kind);
        using var client = api.CreateClient();

        var end = (await RunAsync(api)).AssertExitCode(0);

        var mail = Assert.Single(await api.ReadMailsAsync(Email));
        Assert.Equal((MailTemplate.Invitation, OneTimeTokenStore.InvitationLifetime), (mail.Template, mail.Values.ValidFor));
        Assert.DoesNotContain(mail.Values.Token!, end.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("example.com", end.Text, StringComparison.OrdinalIgnoreCase);
        using (var reset = await client.ResetAsync(mail.Values.Token!))
            await reset.AssertEmptyAsync(HttpStatusCode.NoContent);

        using var me = await client.GetMeAsync(await client.LoginAsync(Email, AccountMoves.OtherPassword));
        Assert.True((await me.ReadJsonAsync()).GetProperty("is_superuser").GetBoolean());
        var created = Assert.Single(await api.GetAuditAsync(mail.UserId!.Value, "user.created"));
        Assert.Equal("""{"is_active":true,"is_superuser":true,"invited":true}""", created.GetProperty("details").GetRawText());
    }

    [Fact]
    public async Task Five_workers_at_once_and_later_runs_create_one_superuser_and_one_invitation()
    {
        await using var api = await BtecApi.StartAsync(kind);

        var ends = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RunAsync(api)));
        (await RunAsync(api)).AssertExitCode(0);

        Assert.All(ends, end => end.AssertExitCode(0));
        var user = await api.WithDatabaseAsync(database => database.Users.SingleAsync());
        Assert.Equal((Email, true), (user.Email, user.IsSuperuser));
        Assert.Equal(user.Id, Assert.Single(await api.ReadMailsAsync(Email)).UserId);
        Assert.Equal(["success"], await api.ReadEventsAsync(user.Id, "user.created"));
    }

    [Fact]
    [Asvs("6.4.1")]
    public async Task After_the_link_has_expired_unused_later_runs_send_one_new_link()
    {
        await using var api = await BtecApi.StartAsync(kind);
        await RunAsync(api);
        await ExpireLinksAsync(api);

        var ends = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RunAsync(api)));

        Assert.All(ends, end => end.AssertExitCode(0));
        var mails = await api.ReadMailsAsync(Email);
        Assert.Equal([MailTemplate.Invitation, MailTemplate.Invitation], mails.Select(mail => mail.Template));
        using var client = api.CreateClient();
        using (var old = await client.ResetAsync(mails[0].Values.Token!))
            await old.AssertProblemAsync(HttpStatusCode.BadRequest, "link_invalid");

        using (var reset = await client.ResetAsync(mails[1].Values.Token!))
            await reset.AssertEmptyAsync(HttpStatusCode.NoContent);

        Assert.Single(await api.ReadEventsAsync(mails[0].UserId!.Value, "password.recovery_requested"));
    }

    [Fact]
    public async Task A_stranger_who_requests_recovery_does_not_keep_the_worker_from_inviting()
    {
        await using var api = await BtecApi.StartAsync(kind);
        await RunAsync(api);
        await ExpireLinksAsync(api);
        using var client = api.CreateClient();
        using var requested = await client.RecoverAsync(Email);

        (await RunAsync(api)).AssertExitCode(0);

        Assert.Equal(2, (await api.ReadMailsAsync(Email)).Count(mail => mail.Template == MailTemplate.Invitation));
    }

    [Fact]
    public async Task An_invitation_of_version_1_0_that_is_still_valid_is_not_repeated()
    {
        await using var api = await BtecApi.StartAsync(kind);
        await RunAsync(api);
        await api.WithDatabaseAsync(database => database.OneTimeTokens.ExecuteUpdateAsync(
            row => row.SetProperty(token => token.Purpose, OneTimeTokenPurpose.ResetPassword)));

        (await RunAsync(api)).AssertExitCode(0);

        Assert.Single(await api.ReadMailsAsync(Email));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_superuser_who_has_set_a_password_or_logged_in_gets_no_new_link(bool isByLink)
    {
        await using var api = await BtecApi.StartAsync(kind);
        using var client = api.CreateClient();
        if (isByLink)
        {
            await RunAsync(api);
            using var reset = await client.ResetAsync(await api.ReadTokenAsync(Email, MailTemplate.Invitation));
        }
        else
        {
            await RunAsync(api, ("FirstSuperuser:Password", AccountMoves.OtherPassword));
            await client.LoginAsync(Email, AccountMoves.OtherPassword);
            await api.WithDatabaseAsync(database => database.Sessions.ExecuteDeleteAsync());
        }

        var mails = (await api.ReadMailsAsync(Email)).Count;
        await ExpireLinksAsync(api);
        (await RunAsync(api)).AssertExitCode(0);

        Assert.Equal(mails, (await api.ReadMailsAsync(Email)).Count);
    }

    [Theory]
    [InlineData("user.IsActive")]
    [InlineData("user.IsSuperuser")]
    [InlineData("other address")]
    public async Task Only_an_active_superuser_with_the_configured_address_gets_a_link(string what)
    {
        await using var api = await BtecApi.StartAsync(kind);
        await api.StartSessionOfSuperuserAsync();
        var id = (await api.CreateClient().RegisterAsync(Email)).GetProperty("id").GetInt32();
        await api.ChangeUserAsync(id, user => (user.IsActive, user.IsSuperuser) = (what != "user.IsActive", what != "user.IsSuperuser"));
        var mails = (await api.ReadMailsAsync(Email)).Count;
        await ExpireLinksAsync(api);

        (await RunAsync(api, ("FirstSuperuser:Email", what == "other address" ? "nobody@example.com" : Email))).AssertExitCode(0);

        Assert.Equal(mails, (await api.ReadMailsAsync(Email)).Count);
        Assert.Empty(await api.ReadMailsAsync("nobody@example.com"));
    }

    [Fact]
    public async Task The_address_of_an_ordinary_user_is_refused_and_nothing_is_written()
    {
        await using var api = await BtecApi.StartAsync(kind);
        await api.CreateClient().RegisterAsync(Email);

        (await RunAsync(api)).AssertRefused("FirstSuperuser:Email");

        Assert.DoesNotContain(await api.ReadMailsAsync(Email), mail => mail.Template == MailTemplate.Invitation);
    }

    private static Task<ProcessEnd> RunAsync(BtecApi api, params (string Name, string? Value)[] settings) => WorkerRuns.RunAsync(
        api.ConnectionString,
        [("FirstSuperuser:Email", Email), ("Jwt:SigningKey", BtecApi.SigningKey), ("Passwords:WorkFactor", "10"), .. settings]);

    private static Task<int> ExpireLinksAsync(BtecApi api)
    {
        var past = api.Clock.GetUtcNow().AddDays(-1);
        return api.WithDatabaseAsync(database => database.OneTimeTokens.ExecuteUpdateAsync(row => row.SetProperty(token => token.ExpiresAt, past)));
    }
}
