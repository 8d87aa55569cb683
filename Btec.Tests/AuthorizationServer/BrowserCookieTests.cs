using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The cookie of a browser among others that a neighboring host may have planted (RFC 6265bis section 4.1.3).</summary>
public sealed class BrowserCookieTests(SqliteApi shared)
{
    private readonly BtecApi _api = shared.Api;

    [Theory]
    [InlineData("__host-btec={0}")]
    [InlineData("__HOST-BTEC={0}")]
    [InlineData("__Host-Btec={0}")]
    [InlineData("btec={0}")]
    [InlineData("=__Host-btec={0}")]
    [InlineData("__Host-btec =%20{0}")]
    [InlineData("%5F_Host-btec={0}")]
    [InlineData("x=\"; __Host-btec={0}\"")]
    [InlineData("x=1,__Host-btec={0}")]
    [InlineData("__Host-btec=\"{0}\"")]
    public async Task Only_the_exact_name_and_value_are_read(string header)
    {
        using var other = await SignInAsync();

        Assert.Null(await FindUserAsync(string.Format(null, header, other.Cookie)));
    }

    [Theory]
    [InlineData("__host-btec={1}; __Host-btec={0}")]
    [InlineData("__Host-btec={0}; __host-btec={1}")]
    [InlineData("a=b; __Host-btec={0};c; __HOST-BTEC={1}; btec={1}")]
    public async Task A_planted_cookie_does_not_replace_the_own_one(string header)
    {
        using var own = await SignInAsync();
        using var planted = await SignInAsync();

        Assert.Equal(
            (await own.FindUserAsync())!.Value.GetProperty("id").GetInt32(),
            await FindUserAsync(string.Format(null, header, own.Cookie, planted.Cookie)));
    }

    [Fact]
    public async Task Of_two_cookies_of_the_name_none_is_believed()
    {
        using var own = await SignInAsync();
        using var planted = await SignInAsync();

        Assert.Null(await FindUserAsync($"__Host-btec={own.Cookie}; __Host-btec={planted.Cookie}"));
        Assert.Null(await FindUserAsync($"__Host-btec={planted.Cookie}; __Host-btec={own.Cookie}"));
    }

    private async Task<TestBrowser> SignInAsync() => (await TestBrowser.StartSignedInAsync(_api)).Browser;

    private async Task<int?> FindUserAsync(string cookies)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_api.CreateClient().BaseAddress!, TestBrowser.SessionRoute));
        request.Headers.TryAddWithoutValidation("Cookie", cookies);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode == HttpStatusCode.OK ? (await response.ReadJsonAsync()).GetProperty("id").GetInt32() : null;
    }
}
