using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Btec.Tests.Infrastructure;

/// <summary>The calls about clients of the authorization server that many tests share.</summary>
internal static class ClientMoves
{
    public const string Route = "/api/oauth-clients";

    public const string Callback = "https://app.example.com/callback";

    /// <summary>Registers a client as a new superuser.</summary>
    /// <param name="change">Members beside the name and the redirect URI, or in place of them.</param>
    public static async Task<NewClient> CreateClientAsync(this BtecApi api, bool isConfidential = true, object? change = null)
    {
        ArgumentNullException.ThrowIfNull(api);
        var superuser = await api.StartSessionOfSuperuserAsync();
        return await api.CreateClient().CreateClientAsync(superuser.Access, isConfidential, change);
    }

    /// <summary>Registers a client.</summary>
    public static async Task<NewClient> CreateClientAsync(
        this HttpClient client, string accessToken, bool isConfidential = true, object? change = null)
    {
        var body = JsonSerializer.SerializeToNode(
            new { name = "Notes", is_confidential = isConfidential, redirect_uris = new[] { Callback } })!.AsObject();
        if (change is not null)
        {
            foreach (var (name, value) in JsonSerializer.SerializeToNode(change)!.AsObject())
                body[name] = value?.DeepClone();
        }

        using var response = await client.SendJsonAsync(HttpMethod.Post, Route, accessToken, body);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.ReadTextAsync());
        var created = await response.ReadJsonAsync();
        return new NewClient(
            created.GetProperty("client").GetProperty("id").GetString()!, created.GetProperty("client_secret").GetString(), accessToken);
    }

    /// <summary>Posts a form with an <c>Authorization</c> header of the scheme Basic.</summary>
    public static async Task<HttpResponseMessage> PostBasicAsync(
        this HttpClient client, string path, string id, string secret, params (string Name, string Value)[] fields)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}")));
        request.Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Reads the details of the audit events of a client, by type.</summary>
    public static async Task<Dictionary<string, JsonElement>> ReadClientEventsAsync(this HttpClient http, NewClient client)
    {
        var events = await http.GetAllAsync("/api/audit-events", client.Superuser, limit: 100);
        return events
            .Where(audited => audited.GetProperty("details") is { ValueKind: JsonValueKind.Object } details
                && details.TryGetProperty("client", out var id) && id.GetString() == client.Id)
            .ToDictionary(audited => audited.GetProperty("type").GetString()!, audited => audited.GetProperty("details"), StringComparer.Ordinal);
    }
}

/// <summary>A client that was just registered, and the access token of the superuser.</summary>
internal sealed record NewClient(string Id, string? Secret, string Superuser)
{
    public string Path => $"{ClientMoves.Route}/{Id}";
}
