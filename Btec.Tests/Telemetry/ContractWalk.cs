using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;

namespace Btec.Tests.Telemetry;

/// <summary>A user, a superuser and a client who do everything that the contract allows, and much that it refuses. Whatever is personal or
/// secret contains <see cref="ProductionRun.Secret"/>, or is in <see cref="WalkRequests.Secrets"/>.</summary>
internal sealed class ContractWalk(HttpClient client, SmtpInbox inbox, TestDatabase database) : WalkRequests(client, inbox)
{
    private const string Marker = ProductionRun.Secret;
    private const string Email = $"walker.{Marker}@example.com";
    private const string NewEmail = $"moved.{Marker}@example.com";
    private const string Password = $"{Marker} walks a mile";
    private const string NewPassword = $"{Marker} walks two miles";
    private const string ClientId = "shop";
    private const string ClientSecret = $"{Marker}-secret-of-the-shop-0123456789";
    private const string RedirectUri = "https://shop.example.com/callback";

    private static readonly string[] s_roles = ["editor"];
    private static readonly string[] s_events = ["user.deleted"];

    /// <summary>Gets the settings of the client.</summary>
    public static (string Name, string? Value)[] Settings { get; } =
    [
        ("OAuth:Clients:0:Id", ClientId),
        ("OAuth:Clients:0:Name", "Shop"),
        ("OAuth:Clients:0:Secret", ClientSecret),
        ("OAuth:Clients:0:RedirectUris", RedirectUri),
        ("OAuth:Clients:0:Scopes", "openid profile email offline_access"),
        ("OAuth:Clients:0:GrantTypes", "authorization_code refresh_token client_credentials"),
        ("OAuth:Clients:0:MayIntrospect", "true"),
        ("Proxy:TrustedHops", "1"),
    ];

    public async Task RunAsync()
    {
        await Client.RegisterAsync(Email, Password, $"Walker {Marker}");
        var token = await ReadLinkAsync(Email);
        await PostAsync(HttpStatusCode.Forbidden, "/api/auth/email-verification/confirm", new { token, password = $"not {Marker}" });
        await PostAsync(HttpStatusCode.NoContent, "/api/auth/email-verification/confirm", new { token, password = Password });
        await MoveAsync();
        var tokens = await LogInAsync();
        await UseWrongPathsAsync(tokens);
        await AdministerAsync();
        await UseClientAsync(tokens);
        await UseSecondFactorAsync();
    }

    /// <summary>Recovers the password and changes the address, both by mailed links.</summary>
    private async Task MoveAsync()
    {
        await PostAsync(HttpStatusCode.Accepted, "/api/auth/password-recovery", new { email = Email });
        var token = await ReadLinkAsync(Email);
        await PostAsync(HttpStatusCode.NoContent, "/api/auth/password-reset", new { token, new_password = NewPassword });
        await PostAsync(null, "/api/auth/password-reset", new { token, new_password = Password });
        using var login = await Client.PostFormAsync("/api/auth/login", ("username", Email), ("password", NewPassword));
        var access = Keep(await login.ReadJsonAsync(), "access_token");
        await PostAsync(HttpStatusCode.Accepted, "/api/users/me/email", new { email = NewEmail, password = NewPassword }, access);
        token = await ReadLinkAsync(NewEmail);
        await PostAsync(HttpStatusCode.NoContent, "/api/auth/email-verification/confirm", new { token });
    }

    private async Task<Tokens> LogInAsync()
    {
        using var wrong = await Client.PostFormAsync(
            "/api/auth/token", ("grant_type", "password"), ("username", NewEmail), ("password", $"{Marker}?"));
        using var login = await Client.PostFormAsync(
            "/api/auth/token", ("grant_type", "password"), ("username", NewEmail), ("password", NewPassword));
        var first = Keep(Tokens.From(await login.ReadJsonAsync()));
        var second = Keep(await Client.RefreshAsync(first.Refresh));
        Keep(await Client.RefreshAsync(second.Refresh));
        // Used long ago, so its session ends.
        using var reused = await Client.TryRefreshAsync(first.Refresh);
        Assert.Equal(HttpStatusCode.BadRequest, reused.StatusCode);
        using var again = await Client.PostFormAsync(
            "/api/auth/token", ("grant_type", "password"), ("username", NewEmail), ("password", NewPassword));
        return Keep(Tokens.From(await again.ReadJsonAsync()));
    }

    /// <summary>Puts secrets where they do not belong: into paths, queries and headers.</summary>
    private async Task UseWrongPathsAsync(Tokens tokens)
    {
        using var direct = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ActivityHeadersPropagator = null });
        direct.BaseAddress = Client.BaseAddress;
        foreach (var path in (string[])
        [
            $"/{Marker}", $"/api/users/{Email}", $"/api/auth/password-reset/{Marker}", $"/reset-password?token={Marker}&email={Email}",
            $"/verify-email/{Marker}", $"/oauth/requests/{Marker}", $"/api/auth/external/{Marker}/callback?code={Marker}&state={Marker}",
            $"/api/webhooks/{Marker}", $"/api/users?q={Marker}", $"/oauth/logout?id_token_hint={Marker}&state={Marker}",
        ])
        {
            using var known = await direct.GetAsync(path, tokens.Access);
            using var unknown = await direct.GetAsync(path, accessToken: null);
        }
    }

    private async Task AdministerAsync()
    {
        var isTrue = database.Kind == DatabaseKind.Postgres ? "true" : "1";
        await database.ExecuteAsync($"UPDATE users SET is_superuser = {isTrue} WHERE email = '{NewEmail}'");
        using var login = await Client.PostFormAsync("/api/auth/login", ("username", NewEmail), ("password", NewPassword));
        var access = Keep(await login.ReadJsonAsync(), "access_token");
        await SendAsync(HttpStatusCode.OK, HttpMethod.Get, $"/api/users?q={Marker}&limit=5", body: null, access);
        await SendAsync(HttpStatusCode.OK, HttpMethod.Get, "/api/audit-events?limit=50", body: null, access);
        var user = await PostAsync(
            HttpStatusCode.Created, "/api/users",
            new { email = $"made.{Marker}@example.com", password = Password, full_name = $"Made {Marker}" }, access);
        var path = $"/api/users/{user.GetProperty("id").GetInt32()}";
        await SendAsync(HttpStatusCode.OK, HttpMethod.Patch, path, new { full_name = $"Changed {Marker}" }, access);
        await SendAsync(HttpStatusCode.OK, HttpMethod.Put, $"{path}/roles", new { roles = s_roles }, access);
        var webhook = await PostAsync(
            HttpStatusCode.Created, "/api/webhooks",
            new { url = $"https://receiver.invalid/{Marker}?key={Marker}", events = s_events, include_email = true },
            access);
        Keep(webhook, "secret");
        await SendAsync(HttpStatusCode.NoContent, HttpMethod.Delete, path, body: null, access);
        // The name of the receiver does not resolve.
        await Eventually.IsTrueAsync(
            async () => await database.ReadAsync("SELECT count(*) FROM webhook_deliveries WHERE last_error IS NOT NULL") is ["1"],
            "the delivery was tried");
        Keep(await PostAsync(
            HttpStatusCode.Created, "/api/oauth-clients",
            new { name = "Notes", is_confidential = true, redirect_uris = new[] { RedirectUri } }, access), "client_secret");
    }

    /// <summary>Signs in at a client, whose code, tokens and session are used and misused.</summary>
    private async Task UseClientAsync(Tokens tokens)
    {
        using var browser = new TestBrowser(Client.BaseAddress!, ProductionRun.Address);
        await SignInAsync(browser, $"not {Marker}", HttpStatusCode.Unauthorized);
        await SignInAsync(browser, NewPassword, HttpStatusCode.NoContent);
        Secrets.Add(browser.Cookie!);
        using var asked = await browser.OpenAsync(
            $"/oauth/authorize?client_id={ClientId}&redirect_uri={RedirectUri}&response_type=code&scope=openid%20email%20offline_access"
            + $"&state={Marker}&nonce={Marker}&login_hint={NewEmail}"
            + $"&code_challenge={AuthorizationMoves.Challenge}&code_challenge_method=S256");
        Assert.Equal(HttpStatusCode.Found, asked.StatusCode);
        var request = QueryHelpers.ParseQuery(asked.Headers.Location!.Query)["request"].ToString();
        Secrets.Add(request);
        using var shown = await browser.OpenAsync($"/oauth/requests/{request}");
        using var allowed = await browser.SendAsync(HttpMethod.Post, $"/oauth/requests/{request}", new { decision = "allow" });
        var answer = new Uri((await allowed.ReadJsonAsync()).GetProperty("redirect_uri").GetString()!);
        var code = QueryHelpers.ParseQuery(answer.Query)["code"].ToString();
        Secrets.Add(code);
        (string, string)[] exchange =
        [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", RedirectUri),
            ("code_verifier", AuthorizationMoves.Verifier),
        ];
        using var refused = await Client.PostBasicAsync("/api/auth/token", ClientId, $"not {Marker}", exchange);
        using var granted = await Client.PostBasicAsync("/api/auth/token", ClientId, ClientSecret, exchange);
        Assert.True(granted.StatusCode == HttpStatusCode.OK, await granted.ReadTextAsync());
        var issued = await granted.ReadJsonAsync();
        var access = Keep(issued, "access_token");
        Keep(issued, "id_token");
        var refresh = Keep(issued, "refresh_token");
        await SendAsync(HttpStatusCode.OK, HttpMethod.Get, "/oauth/userinfo", body: null, access);
        await SendAsync(HttpStatusCode.Forbidden, HttpMethod.Get, "/api/users/me", body: null, access);
        foreach (var presented in (string[])[tokens.Access, refresh, Marker])
        {
            using var introspected = await Client.PostBasicAsync("/api/auth/introspect", ClientId, ClientSecret, ("token", presented));
            using var revoked = await Client.PostBasicAsync("/api/auth/revoke", ClientId, ClientSecret, ("token", presented));
        }

        using var machine = await Client.PostBasicAsync("/api/auth/token", ClientId, ClientSecret, ("grant_type", "client_credentials"));
        Keep(await machine.ReadJsonAsync(), "access_token");
        using var replayed = await Client.PostBasicAsync("/api/auth/token", ClientId, ClientSecret, exchange);
        Assert.Equal(HttpStatusCode.BadRequest, replayed.StatusCode);
        using var signedOut = await browser.SendAsync(HttpMethod.Delete, TestBrowser.SessionRoute);
    }

    private async Task UseSecondFactorAsync()
    {
        using var login = await Client.PostFormAsync("/api/auth/login", ("username", NewEmail), ("password", NewPassword));
        var access = Keep(await login.ReadJsonAsync(), "access_token");
        var factor = await PostAsync(HttpStatusCode.Created, FactorMoves.TotpRoute, new { name = $"Phone {Marker}" }, access);
        var app = new TestAuthenticator(factor.GetProperty("id").GetGuid(), Keep(factor, "secret"), TimeProvider.System);
        var confirmed = await PostAsync(
            HttpStatusCode.OK, $"{FactorMoves.TotpRoute}/{app.Id}/confirm", new { code = app.CodeAt(-1) }, access);
        var codes = FactorMoves.ReadCodes(confirmed);
        Secrets.AddRange(codes);
        using var begun = await Client.PostFormAsync("/api/auth/login", ("username", NewEmail), ("password", NewPassword));
        var mfaToken = Keep(await begun.ReadJsonAsync(), "mfa_token");
        await PostAsync(null, "/api/auth/mfa", new { mfa_token = mfaToken, code = Marker });
        await PostAsync(HttpStatusCode.Unauthorized, "/api/auth/mfa", new { mfa_token = mfaToken, code = app.WrongCode() });
        Keep(await PostAsync(HttpStatusCode.OK, "/api/auth/mfa", new { mfa_token = mfaToken, code = app.CodeAt(1) }), "access_token");
        using var anew = await Client.PostFormAsync("/api/auth/login", ("username", NewEmail), ("password", NewPassword));
        mfaToken = Keep(await anew.ReadJsonAsync(), "mfa_token");
        access = Keep(
            await PostAsync(HttpStatusCode.OK, "/api/auth/mfa", new { mfa_token = mfaToken, recovery_code = codes[0] }),
            "access_token");
        await PostAsync(null, "/api/users/me/passkeys/options", new { }, access);
        await PostAsync(null, "/api/auth/passkeys", new { challenge_id = Marker, credential = new { id = Marker } });
    }

    private static async Task SignInAsync(TestBrowser browser, string password, HttpStatusCode expected)
    {
        using var response = await browser.TrySignInAsync(new { email = NewEmail, password });
        Assert.True(response.StatusCode == expected, await response.ReadTextAsync());
    }
}
