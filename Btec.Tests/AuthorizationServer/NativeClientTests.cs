using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;

namespace Btec.Tests.AuthorizationServer;

/// <summary>Consents to applications of a device, which other programs there can pretend to be (RFC 8252 section 8.6).</summary>
public sealed class NativeClientTests(SqliteApi shared)
{
    private readonly BtecApi _api = shared.Api;

    [Theory]
    [InlineData("http://127.0.0.1:51004/callback")]
    [InlineData("http://[::1]/callback")]
    [InlineData("http://localhost:8080/callback")]
    [InlineData("com.example.app:/callback")]
    public async Task A_consent_is_asked_for_each_time_where_anybody_could_receive_the_code(string redirectUri)
    {
        var client = await RegisterAsync(redirectUri, isConfidential: false);
        using var browser = await ConsentAsync(client, redirectUri);

        Assert.Equal("consent_required", await AskSilentlyAsync(browser, client, redirectUri));
        await browser.BeginAuthorizationAsync(client, ("redirect_uri", redirectUri));
    }

    [Theory]
    [InlineData("https://client.example/callback", false)]
    [InlineData("http://127.0.0.1:51004/callback", true)]
    [InlineData("com.example.app:/callback", true)]
    public async Task A_consent_is_remembered_where_the_client_is_assured(string redirectUri, bool isConfidential)
    {
        var client = await RegisterAsync(redirectUri, isConfidential);
        using var browser = await ConsentAsync(client, redirectUri);

        Assert.Null(await AskSilentlyAsync(browser, client, redirectUri));
    }

    private Task<string> RegisterAsync(string redirectUri, bool isConfidential) => _api.AddClientAsync(
        client => client.RedirectUris = [redirectUri], secret: isConfidential ? "K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72ol_pe_Unols" : null);

    private async Task<TestBrowser> ConsentAsync(string client, string redirectUri)
    {
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        var id = await browser.BeginAuthorizationAsync(client, ("redirect_uri", redirectUri));
        using var decided = await browser.TryDecideAsync(id);
        Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        return browser;
    }

    /// <summary>Returns the error that the client gets without asking the user, or <see langword="null"/> if it gets a code.</summary>
    private static async Task<string?> AskSilentlyAsync(TestBrowser browser, string client, string redirectUri)
    {
        using var response = await browser.AuthorizeAsync(client, ("redirect_uri", redirectUri), ("prompt", "none"));
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        var answer = QueryHelpers.ParseQuery(response.Headers.GetValues("Location").Single().Split('?', 2)[1]);
        Assert.Equal(answer.ContainsKey("error"), !answer.ContainsKey("code"));
        return answer.TryGetValue("error", out var error) ? error.ToString() : null;
    }
}
