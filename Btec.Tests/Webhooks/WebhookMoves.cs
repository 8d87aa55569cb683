using System.Net;
using System.Text.Json;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Webhooks;

/// <summary>An API that sends events to receivers of a test, and its superuser.</summary>
internal sealed class WebhookMoves : IAsyncDisposable
{
    private WebhookMoves(BtecApi api, Tokens superuser)
    {
        Api = api;
        Client = api.CreateClient();
        Superuser = superuser;
    }

    public BtecApi Api { get; }

    public HttpClient Client { get; }

    public Tokens Superuser { get; }

    public static async Task<WebhookMoves> StartAsync(DatabaseKind kind, string environment = "Development")
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["StepUp:MaxAge"] = "1.00:00:00" };
        if (environment == "Development")
            settings["Webhooks:AllowPrivateNetworks"] = "true";

        var api = await BtecApi.StartAsync(kind, settings, environment);
        return new WebhookMoves(api, await api.StartSessionOfSuperuserAsync());
    }

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    /// <summary>Creates a webhook.</summary>
    public async Task<(string Path, string Secret)> CreateAsync(string url, string[] events, bool includeEmail = false)
    {
        using var created = await SendAsync(HttpMethod.Post, "/api/webhooks", new { url, events, include_email = includeEmail });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        return (created.Headers.Location!.ToString(), (await created.ReadJsonAsync()).GetProperty("secret").GetString()!);
    }

    /// <summary>Sends a request as the superuser.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null) =>
        Client.SendJsonAsync(method, path, Superuser.Access, body ?? new { });

    public async Task<JsonElement> ReadAsync(string path)
    {
        using var response = await Client.GetAsync(path, Superuser.Access);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }

    /// <summary>Has an event happen: gives a new user a role.</summary>
    public async Task<int> ChangeRolesAsync(string role = "editor")
    {
        var id = (await Client.RegisterAsync(ApiMoves.NewEmail())).GetProperty("id").GetInt32();
        using var changed = await SendAsync(HttpMethod.Put, $"/api/users/{id}/roles", new { roles = new[] { role } });
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        return id;
    }

    /// <summary>Waits until the only delivery is as expected.</summary>
    public async Task<WebhookDelivery> WaitForDeliveryAsync(Func<WebhookDelivery, bool> expected)
    {
        WebhookDelivery? found = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                found = await Api.WithDatabaseAsync(database => database.WebhookDeliveries.AsNoTracking()
                    .SingleAsync(TestContext.Current.CancellationToken));
                if (expected(found))
                    return true;

                Wake();
                return false;
            },
            "the delivery is as expected");
        return found!;
    }

    /// <summary>Wakes the sender, whose clock stands still.</summary>
    public void Wake() => Api.Services.GetRequiredService<WebhookSignal>().Pulse();
}
