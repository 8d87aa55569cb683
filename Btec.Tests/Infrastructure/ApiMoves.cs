using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Btec.Tests.Infrastructure;

/// <summary>The API calls and checks that most tests share.</summary>
public static class ApiMoves
{
    public const string Password = "correct horse battery";

    private static int s_count;

    /// <summary>Returns an e-mail address that no user has.</summary>
    public static string NewEmail() => $"user{Interlocked.Increment(ref s_count)}@example.com";

    public static Task<HttpResponseMessage> PostJsonAsync(this HttpClient client, string path, object body)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
    }

    /// <summary>Posts raw bytes with any Content-Type, or none.</summary>
    public static async Task<HttpResponseMessage> PostBytesAsync(
        this HttpClient client, string path, byte[] body, string? contentType = "application/json")
    {
        ArgumentNullException.ThrowIfNull(client);
        using var content = new ByteArrayContent(body);
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        return await client.PostAsync(path, content, TestContext.Current.CancellationToken);
    }

    /// <summary>Posts JSON text unchanged.</summary>
    public static Task<HttpResponseMessage> PostTextAsync(this HttpClient client, string path, string json) =>
        client.PostBytesAsync(path, Encoding.UTF8.GetBytes(json));

    public static async Task<HttpResponseMessage> PostFormAsync(
        this HttpClient client, string path, params (string Name, string Value)[] fields)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await client.PostAsync(new Uri(path, UriKind.Relative), form, TestContext.Current.CancellationToken);
    }

    /// <summary>Registers a user, and returns the body of the response.</summary>
    public static async Task<JsonElement> RegisterAsync(
        this HttpClient client, string email, string password = Password, string? fullName = null)
    {
        using var response = await client.PostJsonAsync("/api/auth/register", new { email, password, full_name = fullName });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return await response.ReadJsonAsync();
    }

    /// <summary>Logs in, and returns the access token.</summary>
    public static async Task<string> LoginAsync(this HttpClient client, string email, string password = Password)
    {
        using var response = await client.PostFormAsync("/api/auth/login", ("username", email), ("password", password));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.ReadJsonAsync()).GetProperty("access_token").GetString()!;
    }

    /// <summary>Sends a GET request, with or without an access token.</summary>
    public static async Task<HttpResponseMessage> GetAsync(this HttpClient client, string path, string? accessToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> GetMeAsync(this HttpClient client, string? accessToken) =>
        client.GetAsync("/api/users/me", accessToken);

    public static Task<string> ReadTextAsync(this HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<JsonElement> ReadJsonAsync(this HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.ReadTextAsync());

    /// <summary>Returns the names of the members of an object, in alphabetical order.</summary>
    internal static List<string> NamesOf(JsonElement json) =>
        [.. json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];

    /// <summary>Checks what all problem details have in common (docs/contract.md), and returns them.</summary>
    public static async Task<JsonElement> AssertProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        ArgumentNullException.ThrowIfNull(response);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.ReadJsonAsync();
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.Equal($"urn:btec:problem:{code}", problem.GetProperty("type").GetString());
        Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty("title").GetString()));
        Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty("detail").GetString()));
        Assert.Matches("^[0-9a-f]{32}$", problem.GetProperty("trace_id").GetString());
        if (status == HttpStatusCode.Unauthorized)
            Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);

        return problem;
    }

    /// <summary>Checks that the response is a 422 that names exactly these members.</summary>
    public static async Task AssertRefusedMembersAsync(this HttpResponseMessage response, params string[] members)
    {
        var problem = await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        var errors = problem.GetProperty("errors");
        Assert.Equal(members.Order(StringComparer.Ordinal), errors.EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
        Assert.All(errors.EnumerateObject(), error => Assert.NotEmpty(error.Value.EnumerateArray()));
    }
}
