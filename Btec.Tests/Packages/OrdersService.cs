using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Packages;

/// <summary>A team's service that uses Btec.Client.</summary>
internal sealed class OrdersService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OrdersService(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public static async Task<OrdersService> StartAsync(
        Action<IServiceCollection>? change = null, string environment = "Development", params (string Name, string? Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        builder.AddBtecJwtBearer("auth");
        change?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapGet("/orders", (HttpContext context) => context.User.Identity!.Name).RequireAuthorization();
        app.MapPost("/orders", () => "made").RequireAuthorization(policy => policy.RequireRole("editor"));
        app.MapDelete("/orders", () => "gone").RequireAuthorization(policy => policy.RequireRole("editor")).RequireStepUp(TimeSpan.FromMinutes(5));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new OrdersService(app);
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, object? token)
    {
        var request = new HttpRequestMessage(method, new Uri("/orders", UriKind.Relative));
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token.ToString());

        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
