using Btec.Tests.Infrastructure;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The lifetime of a browser's session: 14 days idle and 30 days in all, as for other sessions.</summary>
public abstract class BrowserSessionLifetimeTests(OwnApi own)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly BtecApi _api = own.Api;

    public sealed class OnSqlite(OwnSqliteApi own) : BrowserSessionLifetimeTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : BrowserSessionLifetimeTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    [Asvs("7.3.1")]
    public async Task A_browser_that_is_not_used_is_signed_out_after_exactly_14_days()
    {
        var (used, _, _) = await TestBrowser.StartSignedInAsync(_api);
        var (idle, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using (used)
        using (idle)
        {
            _api.Clock.Advance(TimeSpan.FromDays(14) - Second);
            Assert.NotNull(await used.FindUserAsync());
            _api.Clock.Advance(Second);

            Assert.Null(await idle.FindUserAsync());
            Assert.NotNull(await used.FindUserAsync());
        }
    }

    [Fact]
    [Asvs("7.3.2")]
    public async Task However_often_it_is_used_a_browser_is_signed_out_30_days_after_it_was_signed_in_first()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (browser, _, email) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        _api.Clock.Advance(TimeSpan.FromDays(13));
        using var authorized = await browser.AuthorizeAsync(clientId);
        Assert.Contains("code", authorized.ReadAnswer().Keys, StringComparer.Ordinal);
        _api.Clock.Advance(TimeSpan.FromDays(13));
        // The browser keeps the cookie for as long as the session can live, and signing in again does not move that.
        using var renewed = await browser.TrySignInAsync(new { email, password = ApiMoves.Password });
        Assert.Contains("max-age=345600", renewed.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);

        _api.Clock.Advance(TimeSpan.FromDays(4) - Second);
        Assert.NotNull(await browser.FindUserAsync());
        _api.Clock.Advance(Second);
        Assert.Null(await browser.FindUserAsync());
    }
}
