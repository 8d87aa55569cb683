using System.Net;
using System.Text.Json;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Administration;

/// <summary>The figures of the running system.</summary>
public abstract class FiguresTests(OwnApi own)
{
    private static readonly TimeSpan CacheLife = TimeSpan.FromSeconds(10);

    private readonly BtecApi _api = own.Api;
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : FiguresTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : FiguresTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task They_count_users_living_sessions_logins_refused_logins_and_waiting_mails()
    {
        var superuser = await _api.StartSessionOfSuperuserAsync();
        // Mails of other tests may be sent or given up meanwhile.
        await _api.WithDatabaseAsync(database => database.OutgoingMails.ExecuteDeleteAsync(TestContext.Current.CancellationToken));
        _api.Clock.Advance(CacheLife);
        var before = await ReadAsync(superuser);
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);
        await _client.StartSessionAsync(email);
        var ended = await _client.StartSessionAsync(email);
        (await _client.LogOutAsync(ended.Access)).Dispose();
        (await _client.PostFormAsync("/api/auth/login", ("username", email), ("password", "not this one"))).Dispose();
        await AddMailAsync(email);

        _api.Clock.Advance(CacheLife);
        var after = await ReadAsync(superuser);

        var added = after.ToDictionary(figure => figure.Key, figure => figure.Value - before[figure.Key], StringComparer.Ordinal);
        Assert.True(added.Remove("waiting_mails", out var mails));
        Assert.Equal(1, added["users"]);
        Assert.Equal(1, added["sessions"]);
        Assert.Equal(2, added["logins"]);
        Assert.Equal(1, added["refused_logins"]);
        // The registration asked for a mail too, which may have been sent already.
        Assert.InRange(mails, 1, 2);
    }

    [Fact]
    public async Task A_login_that_is_asked_for_its_second_factor_is_not_refused()
    {
        var superuser = await _api.StartSessionOfSuperuserAsync();
        var (_, email, tokens) = await _api.StartConfirmedAccountAsync();
        await _api.AddTotpAsync(tokens);
        _api.Clock.Advance(CacheLife);
        var before = await ReadAsync(superuser);
        using var login = await _client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
        await login.AssertProblemAsync(HttpStatusCode.Forbidden, "mfa_required");

        _api.Clock.Advance(CacheLife);

        Assert.Equal(before["refused_logins"], (await ReadAsync(superuser))["refused_logins"]);
    }

    [Fact]
    public async Task They_are_read_every_ten_seconds_and_no_oftener()
    {
        var superuser = await _api.StartSessionOfSuperuserAsync();
        _api.Clock.Advance(CacheLife);
        var first = await ReadAsync(superuser);
        await _client.RegisterAsync(ApiMoves.NewEmail());

        _api.Clock.Advance(CacheLife - TimeSpan.FromMilliseconds(1));
        var kept = await ReadAsync(superuser);
        _api.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var fresh = await ReadAsync(superuser);

        Assert.Equal(first["users"], kept["users"]);
        Assert.Equal(first["users"] + 1, fresh["users"]);
    }

    [Fact]
    public async Task Logins_leave_the_figures_after_24_hours()
    {
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);
        await _client.StartSessionAsync(email);

        _api.Clock.Advance(TimeSpan.FromHours(24));
        var superuser = await _api.StartSessionOfSuperuserAsync();

        Assert.Equal(1, (await ReadAsync(superuser))["logins"]);
    }

    [Fact]
    public async Task Only_superusers_see_them()
    {
        using var anonymous = await _client.GetAsync("/api/figures", accessToken: null);
        using var ordinary = await _client.GetAsync("/api/figures", (await _client.StartSessionOfNewUserAsync()).Access);

        await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        await ordinary.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    private async Task<Dictionary<string, long>> ReadAsync(Tokens superuser)
    {
        using var response = await _client.GetAsync("/api/figures", superuser.Access);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        var figures = (await response.ReadJsonAsync()).EnumerateObject()
            .Where(member => member.Value.ValueKind == JsonValueKind.Object).ToList();
        Assert.All(figures, figure => Assert.Equal("exact", figure.Value.GetProperty("precision").GetString()));
        return figures.ToDictionary(figure => figure.Name, figure => figure.Value.GetProperty("count").GetInt64(), StringComparer.Ordinal);
    }

    private Task<int> AddMailAsync(string recipient) => _api.WithDatabaseAsync(async database =>
    {
        var now = _api.Clock.GetUtcNow();
        database.OutgoingMails.Add(new OutgoingMail
        {
            Id = Guid.CreateVersion7(now),
            Recipient = recipient,
            Template = MailTemplate.PasswordChanged,
            CreatedAt = now,
            NextAttemptAt = now.AddHours(1),
        });
        return await database.SaveChangesAsync();
    });
}
