using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;

namespace Btec.Tests.Clients;

/// <summary>Microsoft's handler for OpenID Connect, which checks state, nonce, id tokens and that userinfo is of the same subject, as a
/// confidential client.</summary>
public sealed class OpenIdConnectHandlerTests(OpenIdConnectHandlerTests.Server server) : IClassFixture<OpenIdConnectHandlerTests.Server>
{
    [Fact]
    public async Task It_signs_a_user_in_saves_the_tokens_and_signs_out_on_both_sides()
    {
        await using var application = await server.StartApplicationAsync();
        var email = ApiMoves.NewEmail();
        await server.Api.CreateClient().RegisterAsync(email);
        using var browser = new TestBrowser(server.Api);

        using var challenge = await application.OpenAsync("/");
        var request = challenge.Headers.Location!;
        Assert.StartsWith($"{server.Issuer}/oauth/authorize?", request.AbsoluteUri, StringComparison.Ordinal);
        var parameters = QueryHelpers.ParseQuery(request.Query);
        Assert.Equal("S256", parameters["code_challenge_method"]);
        Assert.NotEmpty(parameters["nonce"].ToString());
        using var callback = await application.OpenAsync(await AnswerAsync(browser, request, email, "allow"));
        Assert.True(callback.StatusCode == HttpStatusCode.Found, application.Failure);

        using var shown = await application.OpenAsync("/");
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        var user = await shown.ReadJsonAsync();

        var claims = user.GetProperty("claims");
        Assert.Equal(email, claims.Read("email"));
        var idToken = TokenForge.Open(user.Read("id_token"));
        Assert.Equal((idToken.Claims.Read("sub"), "RS256"), (claims.Read("sub"), idToken.Header.Read("alg")));
        Assert.Equal(parameters["nonce"], idToken.Claims.Read("nonce"));
        Assert.NotEmpty(user.Read("refresh_token"));

        using var signOut = await application.OpenAsync("/sign-out");
        using var signedOut = await browser.OpenAsync(signOut.Headers.Location!.AbsoluteUri);
        Assert.Equal(HttpStatusCode.Found, signedOut.StatusCode);
        Assert.Null(await browser.FindUserAsync());
        Assert.StartsWith($"{server.Application}/signout-callback-oidc?state=", signedOut.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
        using var returned = await application.OpenAsync(signedOut.Headers.Location.AbsoluteUri);
        Assert.Equal(HttpStatusCode.Found, returned.StatusCode);
        using var again = await application.OpenAsync("/");
        Assert.StartsWith($"{server.Issuer}/oauth/authorize?", again.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_reads_that_a_user_does_not_allow_it()
    {
        await using var application = await server.StartApplicationAsync();
        var email = ApiMoves.NewEmail();
        await server.Api.CreateClient().RegisterAsync(email);
        using var browser = new TestBrowser(server.Api);
        using var challenge = await application.OpenAsync("/");

        using var callback = await application.OpenAsync(await AnswerAsync(browser, challenge.Headers.Location!, email, "deny"));

        Assert.Equal(HttpStatusCode.Forbidden, callback.StatusCode);
        Assert.Contains("access_denied", application.Failure, StringComparison.Ordinal);
    }

    /// <summary>Opens an authorization request, signs in, decides, and returns the address to which the browser goes then.</summary>
    private static async Task<string> AnswerAsync(TestBrowser browser, Uri request, string email, string decision)
    {
        using var asked = await browser.OpenAsync(request.AbsoluteUri);
        Assert.Equal("/sign-in", asked.Headers.Location!.AbsolutePath);
        await browser.SignInAsync(email);
        var id = QueryHelpers.ParseQuery(asked.Headers.Location.Query)["request"].ToString();
        using var decided = await browser.TryDecideAsync(id, decision);
        return (await decided.ReadJsonAsync()).Read("redirect_uri");
    }

    public sealed class Server() : OpenIdServer(DatabaseKind.Sqlite)
    {
        private const string Client = "portal";

        internal string Application { get; } = $"http://127.0.0.1:{FreePort.Find()}";

        protected override IEnumerable<(string Name, string? Value)> Settings =>
        [
            ("OAuth:Clients:3:Id", Client), ("OAuth:Clients:3:Name", "Portal"), ("OAuth:Clients:3:Secret", Secret),
            ("OAuth:Clients:3:RedirectUris:0", $"{Application}/signin-oidc"),
            ("OAuth:Clients:3:PostLogoutRedirectUris:0", $"{Application}/signout-callback-oidc"),
        ];

        internal Task<OpenIdConnectApplication> StartApplicationAsync() =>
            OpenIdConnectApplication.StartAsync(Application, Issuer, Client, Secret);
    }
}
