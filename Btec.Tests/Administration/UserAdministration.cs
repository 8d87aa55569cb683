using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Administration;

/// <summary>The requests that the tests of the administration share.</summary>
public abstract class UserAdministration(SharedApi shared)
{
    private protected const string Route = "/api/users";

    private protected BtecApi Api { get; } = shared.Api;

    private protected HttpClient Client { get; } = shared.Api.CreateClient();

    private protected async Task<string> SuperuserAsync() => (await Api.StartSessionOfSuperuserAsync()).Access;

    private protected async Task<int> NewUserAsync() => (await Client.RegisterAsync(ApiMoves.NewEmail())).GetProperty("id").GetInt32();

    private protected Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string accessToken, object body) =>
        SendJsonAsync(method, path, accessToken, JsonSerializer.Serialize(body));

    private protected async Task<HttpResponseMessage> SendJsonAsync(HttpMethod method, string path, string accessToken, string? json)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
