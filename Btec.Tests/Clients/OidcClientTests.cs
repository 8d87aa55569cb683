using System.Globalization;
using System.Text.Json;
using Btec.Tests.Infrastructure;
using Btec.Tests.Pages;
using Microsoft.AspNetCore.Builder;

namespace Btec.Tests.Clients;

/// <summary>The npm package <c>oidc-client-ts</c> in a single-page application on another site. Its users sign in and consent on the
/// built-in pages. It does not depend on the database.</summary>
public sealed class OidcClientTests(OidcClientTests.Server server) : IClassFixture<OidcClientTests.Server>
{
    [Fact]
    public async Task An_application_on_another_site_signs_a_user_in_renews_silently_and_signs_out()
    {
        var (id, email, _) = await server.Api.StartConfirmedAccountAsync();
        await using var application = await StartApplicationAsync();
        var page = await SignInAsync(email, "openid profile email offline_access");
        var user = await DoAsync(page, "const user = await manager.signinCallback(); return { ...user, state: user.state }");

        Assert.Equal("where I was", user.Read("state"));
        var profile = user.GetProperty("profile");
        Assert.Equal(id.ToString(CultureInfo.InvariantCulture), profile.Read("sub"));
        // The address is not in the id token, so it comes from userinfo.
        Assert.Equal(email, profile.Read("email"));

        var renewed = await DoAsync(page, "return { ...await manager.signinSilent() }");

        Assert.NotEqual(user.Read("access_token"), renewed.Read("access_token"), StringComparer.Ordinal);
        Assert.NotEqual(user.Read("refresh_token"), renewed.Read("refresh_token"), StringComparer.Ordinal);
        Assert.Equal(profile.Read("sub"), renewed.GetProperty("profile").Read("sub"));

        await DoAsync(page, "manager.signoutRedirect({ state: 'bye' })");
        await page.ArriveAsync("/bye");
        Assert.StartsWith($"{server.Application}/bye?state=", await page.ReadUrlAsync(), StringComparison.Ordinal);
        await DoAsync(page, "await manager.signoutCallback()");
        await DoAsync(page, "manager.signinRedirect()");
        await page.ArriveAsync("/sign-in");
        await page.CloseAsync();
    }

    [Fact]
    public async Task An_application_revokes_its_tokens_and_reads_why_they_are_refused_then()
    {
        var (_, email, _) = await server.Api.StartConfirmedAccountAsync();
        await using var application = await StartApplicationAsync();
        var page = await SignInAsync(email, "openid offline_access");

        var refused = await DoAsync(
            page,
            """
            const { access_token: token, refresh_token: refresh } = await manager.signinCallback()
            await manager.revokeTokens()
            const metadata = await manager.metadataService.getMetadata()
            const userinfo = await fetch(metadata.userinfo_endpoint, { headers: { authorization: `Bearer ${token}` } })
            const form = { grant_type: 'refresh_token', client_id: manager.settings.client_id, refresh_token: refresh }
            const renewal = await fetch(metadata.token_endpoint, { method: 'POST', body: new URLSearchParams(form) })
            return { status: userinfo.status, challenge: userinfo.headers.get('www-authenticate'), ...await renewal.json() }
            """);

        Assert.Equal(401, refused.GetProperty("status").GetInt32());
        Assert.Contains("invalid_token", refused.Read("challenge"), StringComparison.Ordinal);
        Assert.Equal("invalid_grant", refused.Read("error"));
        await page.CloseAsync();
    }

    [Fact]
    public async Task An_application_on_another_site_that_renews_in_a_frame_is_told_at_once_that_it_cannot()
    {
        var (_, email, _) = await server.Api.StartConfirmedAccountAsync();
        await using var application = await StartApplicationAsync();
        var page = await SignInAsync(email, "openid");

        // The frame sends no cookie (SameSite), so nobody is signed in there.
        var refused = await DoAsync(
            page, "await manager.signinCallback(); return { error: (await manager.signinSilent().catch(error => error)).error }");

        Assert.Equal("login_required", refused.Read("error"));
        await page.CloseAsync();
    }

    private async Task<WebApplication> StartApplicationAsync()
    {
        var body =
            $$"""
            <script src="/oidc-client.js"></script>
            <script>
              window.manager = new oidc.UserManager({
                authority: '{{server.Origin}}', client_id: '{{Server.Client}}', loadUserInfo: true, automaticSilentRenew: false,
                redirect_uri: `${location.origin}/callback`, silent_redirect_uri: `${location.origin}/silent`,
                post_logout_redirect_uri: `${location.origin}/bye`,
              })
              if (location.pathname === '/silent') manager.signinSilentCallback()
            </script>
            """;
        var library = Path.Combine(await NodePackages.GetFolderAsync(), "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js");
        return await BrowserApplication.StartAsync(server.Application, body, ("/oidc-client.js", library));
    }

    /// <summary>Opens the application, which sends the browser to the server, and signs in, consents and returns.</summary>
    private async Task<BrowserPage> SignInAsync(string email, string scope)
    {
        var page = await server.OpenAsync(otherOrigin: server.Application);
        await page.GoToAsync(server.Application);
        await DoAsync(page, $"manager.signinRedirect({{ scope: '{scope}', state: 'where I was' }})");
        await AccountBrowser.EnterPasswordAsync(page, email);
        await page.ArriveAsync("/consent");
        await page.PressAsync("Allow");
        await page.ArriveAsync("/callback");
        return page;
    }

    /// <summary>Runs code in the page of the application, where the library's object is the <c>manager</c>.</summary>
    private static Task<JsonElement> DoAsync(BrowserPage page, string code) =>
        page.RunAsync("return page.evaluate(`(async () => { ${values.code} })()`)", new { code });

    /// <summary>An API that knows the application and its origin. The pages are on localhost, the application is on 127.0.0.1: another
    /// site.</summary>
    public sealed class Server : PageBrowser
    {
        public const string Client = "notes";

        public string Application { get; } = $"http://127.0.0.1:{FreePort.Find()}";

        protected override IEnumerable<(string Name, string? Value)> Settings =>
        [
            ("Cors:AllowedOrigins:0", Application),
            ("OAuth:Clients:0:Id", Client), ("OAuth:Clients:0:Name", "Notes"),
            ("OAuth:Clients:0:RedirectUris:0", $"{Application}/callback"), ("OAuth:Clients:0:RedirectUris:1", $"{Application}/silent"),
            ("OAuth:Clients:0:PostLogoutRedirectUris:0", $"{Application}/bye"),
        ];
    }
}
