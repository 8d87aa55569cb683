using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Samples;

/// <summary>Somebody else's application: samples/Shop on packages of this commit, with the backend as .NET tools on SQLite.</summary>
public sealed class ShopTests
{
    private const string Password = "sesame, open the door";
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task The_Shop_has_roles_and_step_up_and_its_tokens_survive_a_restart_and_a_rotation_and_end_with_the_session()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The AppHost is stopped by a signal.");
        using var feed = await PackageFeed.PackAsync();
        await using var shop = await RunningShop.BuildAsync(feed, MaxAge);
        await shop.StartAsync();

        // 401, 200, 403 and the challenge of RFC 9470.
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(shop, HttpMethod.Get, null));
        var ada = await shop.Auth.LoginAsync("ada@example.com", Password);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(shop, HttpMethod.Delete, ada));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(shop, HttpMethod.Get, ada));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(shop, HttpMethod.Post, ada));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(shop, HttpMethod.Post, await shop.Auth.LoginAsync("bob@example.com", Password)));
        await Eventually.IsTrueAsync(
            async () => await SendAsync(shop, HttpMethod.Delete, ada) == HttpStatusCode.Unauthorized, "the proof of identity is too old");
        Assert.Equal(HttpStatusCode.OK, await SendAsync(shop, HttpMethod.Get, ada));

        await shop.StopAsync();
        await shop.RotateKeysAsync();
        await shop.StartAsync();

        Assert.True((await shop.Auth.GetKeysAsync()).Count >= 2);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(shop, HttpMethod.Get, ada));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/logout");
        request.Headers.Authorization = new("Bearer", ada);
        using var logout = await shop.Auth.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        await Eventually.IsTrueAsync(
            async () => await SendAsync(shop, HttpMethod.Get, ada) == HttpStatusCode.Unauthorized, "the token of the ended session is refused");
    }

    private static async Task<HttpStatusCode> SendAsync(RunningShop shop, HttpMethod method, string? token)
    {
        using var request = new HttpRequestMessage(method, method == HttpMethod.Post ? "/orders?name=coffee" : "/orders");
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);

        using var response = await shop.Orders.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
