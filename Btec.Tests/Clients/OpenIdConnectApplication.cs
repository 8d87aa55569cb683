using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Btec.Tests.Clients;

/// <summary>An ASP.NET Core application with Microsoft's handler for OpenID Connect, and a browser that keeps the cookies of it.</summary>
internal sealed class OpenIdConnectApplication : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _browser;

    private OpenIdConnectApplication(WebApplication app, string origin)
    {
        _app = app;
        _browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer { MaxCookieSize = 8192 } });
        _browser.BaseAddress = new Uri(origin);
    }

    /// <summary>Gets what the handler refused last, or <see langword="null"/>.</summary>
    public string? Failure { get; private set; }

    public static async Task<OpenIdConnectApplication> StartAsync(string origin, string authority, string clientId, string secret)
    {
        OpenIdConnectApplication? application = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(origin);
        builder.Logging.ClearProviders();
        builder.Services.AddAuthorization();
        builder.Services
            .AddAuthentication(options =>
            {
                options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
                options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
            })
            .AddCookie()
            .AddOpenIdConnect(options =>
            {
                options.Authority = authority;
                options.ClientId = clientId;
                options.ClientSecret = secret;
                options.ResponseType = OpenIdConnectResponseType.Code;
                options.ResponseMode = OpenIdConnectResponseMode.Query;
                options.GetClaimsFromUserInfoEndpoint = true;
                options.SaveTokens = true;
                options.MapInboundClaims = false;
                options.Scope.Add("email");
                options.Scope.Add("offline_access");
                // The address of the tests is not https.
                options.RequireHttpsMetadata = false;
                options.NonceCookie.SecurePolicy = options.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                options.Events.OnRemoteFailure = context =>
                {
                    application!.Failure = context.Failure?.Message;
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    context.HandleResponse();
                    return Task.CompletedTask;
                };
            });
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/", ShowUserAsync).RequireAuthorization();
        app.MapGet("/sign-out", () => TypedResults.SignOut(
            properties: null, [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));
        app.MapGet("/bye", () => "Bye");
        await app.StartAsync(TestContext.Current.CancellationToken);
        return application = new OpenIdConnectApplication(app, origin);
    }

    /// <summary>Opens an address of the application, as a link does.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path) => _browser.GetAsync(path, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _app.DisposeAsync();
    }

    private static async Task ShowUserAsync(HttpContext context) => await context.Response.WriteAsJsonAsync(new
    {
        claims = context.User.Claims.ToLookup(claim => claim.Type, StringComparer.Ordinal)
            .ToDictionary(claims => claims.Key, claims => claims.First().Value, StringComparer.Ordinal),
        access_token = await context.GetTokenAsync("access_token"),
        id_token = await context.GetTokenAsync("id_token"),
        refresh_token = await context.GetTokenAsync("refresh_token"),
    });
}
