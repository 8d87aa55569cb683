using Btec.Api.Features.Authorize;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The deletion of requests that nobody answered, and of old codes.</summary>
public abstract class AuthorizationCleanupTests(OwnApi own)
{
    private readonly BtecApi _api = own.Api;

    public sealed class OnSqlite(OwnSqliteApi own) : AuthorizationCleanupTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : AuthorizationCleanupTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task A_request_is_deleted_when_it_has_expired_and_a_code_a_day_later()
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        await browser.DecideAsync(await browser.BeginAuthorizationAsync(clientId));
        await browser.BeginAuthorizationAsync(clientId, ("prompt", "consent"));
        Assert.Equal((1, 1), await CountAsync(clientId));

        _api.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        await CleanAsync();
        Assert.Equal((1, 1), await CountAsync(clientId));
        _api.Clock.Advance(TimeSpan.FromSeconds(1));
        await CleanAsync();
        Assert.Equal((0, 1), await CountAsync(clientId));
        _api.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(9) - TimeSpan.FromSeconds(1));
        await CleanAsync();
        Assert.Equal((0, 1), await CountAsync(clientId));
        _api.Clock.Advance(TimeSpan.FromSeconds(1));
        await CleanAsync();
        Assert.Equal((0, 0), await CountAsync(clientId));
    }

    private Task<int> CleanAsync() =>
        _api.Services.GetRequiredService<AuthorizationCleanup>().RunOnceAsync(TestContext.Current.CancellationToken);

    private Task<(int Requests, int Codes)> CountAsync(string clientId) => _api.WithDatabaseAsync(async database => (
        await database.AuthorizationRequests.CountAsync(row => row.ClientId == clientId),
        await database.AuthorizationCodes.CountAsync(row => row.ClientId == clientId)));
}
