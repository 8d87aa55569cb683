using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Btec.Tests.Infrastructure;

/// <summary>A browser as the server sees it: it keeps the cookie, says that its requests come from a page of the server, and leaves
/// redirects to the test.</summary>
public sealed class TestBrowser : IDisposable
{
    public const string CookieName = "__Host-btec";
    public const string SessionRoute = "/oauth/session";

    private readonly HttpClient _client;

    /// <param name="api">The API.</param>
    /// <param name="address">The address of the client, for an API behind a proxy.</param>
    public TestBrowser(BtecApi api, string? address = null)
        : this(AddressOf(api), address)
    {
    }

    /// <param name="server">The address of the API.</param>
    /// <param name="address">The address of the client, for an API behind a proxy.</param>
    public TestBrowser(Uri server, string? address = null)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null };
        _client = new HttpClient(handler) { BaseAddress = server };
        if (address is not null)
            _client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
    }

    /// <summary>The value of the cookie, or <see langword="null"/>.</summary>
    public string? Cookie { get; set; }

    /// <summary>Registers a new user and signs in.</summary>
    public static async Task<(TestBrowser Browser, int UserId, string Email)> StartSignedInAsync(BtecApi api)
    {
        ArgumentNullException.ThrowIfNull(api);
        var email = ApiMoves.NewEmail();
        var id = (await api.CreateClient().RegisterAsync(email)).GetProperty("id").GetInt32();
        var browser = new TestBrowser(api);
        await browser.SignInAsync(email);
        return (browser, id, email);
    }

    /// <summary>Signs in with a password, and checks that it succeeds.</summary>
    public async Task SignInAsync(string email, string password = ApiMoves.Password)
    {
        using var response = await TrySignInAsync(new { email, password });
        Assert.True(response.StatusCode == HttpStatusCode.NoContent, await response.ReadTextAsync());
    }

    public Task<HttpResponseMessage> TrySignInAsync(object body) => SendAsync(HttpMethod.Post, SessionRoute, body);

    /// <summary>Opens an address, as a link does.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Sends a request of a page of the server.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        if (body is not null)
            request.Content = JsonContent.Create(body);

        return await SendAsync(request);
    }

    /// <summary>Sends a request with the cookie, and keeps the one that comes back.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Cookie is not null)
            request.Headers.Add("Cookie", $"{CookieName}={Cookie}");

        var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        if (response.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            var value = Assert.Single(cookies).Split(';')[0].Split('=', 2)[1];
            Cookie = value.Length == 0 ? null : value;
        }

        return response;
    }

    /// <summary>Returns the user who is signed in, or <see langword="null"/>.</summary>
    public async Task<JsonElement?> FindUserAsync()
    {
        using var response = await OpenAsync(SessionRoute);
        if (response.StatusCode == HttpStatusCode.OK)
            return await response.ReadJsonAsync();

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_signed_in");
        return null;
    }

    public void Dispose() => _client.Dispose();

    private static Uri AddressOf(BtecApi api)
    {
        ArgumentNullException.ThrowIfNull(api);
        using var client = api.CreateClient();
        return client.BaseAddress!;
    }
}
