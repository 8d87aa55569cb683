using System.Net;
using System.Text.Json;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;

namespace Btec.Tests.ExternalProviders;

/// <summary>The calls of logins at providers that many tests share.</summary>
internal static class ExternalMoves
{
    public const string GrantType = "urn:btec:params:oauth:grant-type:external";

    /// <summary>A client that leaves redirects to the test and keeps no cookies.</summary>
    public static HttpClient CreatePlainClient(this ExternalApi api)
    {
        using var client = api.Api.CreateClient();
        return new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = client.BaseAddress };
    }

    public static Task<HttpResponseMessage> TryStartAsync(
        this HttpClient client, string provider, string redirectUri = ExternalApi.RedirectUri, string challenge = AuthorizationMoves.Challenge) =>
        client.PostJsonAsync($"/api/auth/external/{provider}", new { redirect_uri = redirectUri, code_challenge = challenge });

    /// <summary>Begins a login, and returns the URL of the provider.</summary>
    public static async Task<string> StartAsync(this HttpClient client, string provider)
    {
        using var response = await client.TryStartAsync(provider);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        var body = await response.ReadJsonAsync();
        Assert.Equal(["authorization_url", "expires_in"], ApiMoves.NamesOf(body));
        Assert.Equal(600, body.GetProperty("expires_in").GetInt32());
        return body.GetProperty("authorization_url").GetString()!;
    }

    /// <summary>Brings the answer of a provider.</summary>
    public static async Task<HttpResponseMessage> AnswerAsync(
        this HttpClient client, string provider, Dictionary<string, string?> answer, string? cookie = null)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, QueryHelpers.AddQueryString($"/api/auth/external/{provider}/callback", answer));
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Checks that the browser is sent to the client, and returns a parameter that it gets.</summary>
    public static string ReadAnswer(this HttpResponseMessage response, string parameter)
    {
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var location = response.Headers.GetValues("Location").Single();
        Assert.StartsWith($"{ExternalApi.RedirectUri}&", location, StringComparison.Ordinal);
        var query = QueryHelpers.ParseQuery(new Uri(location).Query);
        Assert.Equal(["tenant", parameter], query.Keys, StringComparer.Ordinal);
        return Assert.Single(query[parameter])!;
    }

    /// <summary>Signs a person in at a provider, and returns the answer of the callback.</summary>
    public static async Task<HttpResponseMessage> TrySignInAsync(this ExternalApi api, HttpClient client, string provider, PersonAtProvider person)
    {
        var answer = api.Provider.SignIn(await client.StartAsync(provider), person);
        return await client.AnswerAsync(provider, answer);
    }

    /// <summary>Signs a person in at a provider, and returns the one-time code.</summary>
    public static async Task<string> SignInAsync(this ExternalApi api, HttpClient client, string provider, PersonAtProvider person)
    {
        using var response = await api.TrySignInAsync(client, provider, person);
        return response.ReadAnswer("code");
    }

    public static Task<HttpResponseMessage> RedeemAsync(
        this HttpClient client, string code, string verifier = AuthorizationMoves.Verifier) =>
        client.PostFormAsync("/api/auth/token", ("grant_type", GrantType), ("code", code), ("code_verifier", verifier));

    /// <summary>Logs a person in by a provider, and returns the answer of the token endpoint.</summary>
    public static async Task<HttpResponseMessage> TryLogInAsync(this ExternalApi api, string provider, PersonAtProvider person)
    {
        using var client = api.CreatePlainClient();
        return await client.RedeemAsync(await api.SignInAsync(client, provider, person));
    }

    /// <summary>Logs a person in by a provider, and returns the tokens.</summary>
    public static async Task<Tokens> LogInAsync(this ExternalApi api, string provider, PersonAtProvider person)
    {
        using var response = await api.TryLogInAsync(provider, person);
        return await response.AssertLoggedInAsync();
    }

    /// <summary>Checks that a person has to link an account, and returns the link token.</summary>
    public static async Task<string> ReadLinkTokenAsync(this HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        var problem = await response.ReadJsonAsync();
        Assert.Equal("link_required", problem.GetProperty("error").GetString());
        Assert.Equal(600, problem.GetProperty("expires_in").GetInt32());
        return problem.GetProperty("link_token").GetString()!;
    }

    /// <summary>Checks that a login gives no tokens.</summary>
    public static async Task AssertRefusedAsync(this HttpResponseMessage response, string code)
    {
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.ReadJsonAsync();
        Assert.Equal(("invalid_grant", code), (problem.GetProperty("error").GetString(), problem.GetProperty("code").GetString()));
    }

    public static Task<HttpResponseMessage> LinkAsync(this HttpClient client, Tokens tokens, object body) =>
        client.SendJsonAsync(HttpMethod.Post, "/api/users/me/identities", tokens.Access, body);

    public static async Task<IReadOnlyList<JsonElement>> ListIdentitiesAsync(this HttpClient client, Tokens tokens)
    {
        using var response = await client.GetAsync("/api/users/me/identities", tokens.Access);
        return [.. (await response.ReadJsonAsync()).GetProperty("items").EnumerateArray()];
    }

    public static Task<HttpResponseMessage> UnlinkAsync(this HttpClient client, Tokens tokens, JsonElement identity) =>
        client.SendJsonAsync(HttpMethod.Delete, $"/api/users/me/identities/{identity.GetProperty("id").GetString()}", tokens.Access, body: null);
}
