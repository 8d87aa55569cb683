using System.Net;
using Btec.Data.Model;
using Microsoft.AspNetCore.WebUtilities;

namespace Btec.Tests.Infrastructure;

/// <summary>The calls of authorization requests that many tests share.</summary>
internal static class AuthorizationMoves
{
    public const string RedirectUri = "https://client.example/callback?tenant=1";

    public const string State = "state of the client";

    public const string Issuer = "btec";

    /// <summary>The example of RFC 7636 appendix B.</summary>
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    /// <summary>The challenge of <see cref="Verifier"/>.</summary>
    public const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static int s_count;

    /// <summary>Registers a public client, and returns its id.</summary>
    public static async Task<string> RegisterClientAsync(
        this BtecApi api, bool isFirstParty = false, string? id = null, Action<OAuthClient>? change = null)
    {
        var client = new OAuthClient
        {
            Id = id ?? $"client{Interlocked.Increment(ref s_count)}",
            Name = "The client",
            IsConfidential = false,
            IsFirstParty = isFirstParty,
            RedirectUris = [RedirectUri],
            PostLogoutRedirectUris = ["https://client.example/bye"],
            Scopes = ["openid", "profile", "email", "offline_access"],
            GrantTypes = ["authorization_code", "refresh_token"],
            Resources = ["https://orders.example/api"],
            ClientUri = "https://client.example",
            CreatedAt = api.Clock.GetUtcNow(),
        };
        change?.Invoke(client);
        await api.WithDatabaseAsync(database =>
        {
            database.OAuthClients.Add(client);
            return database.SaveChangesAsync();
        });
        return client.Id;
    }

    /// <summary>Returns the parameters of an authorization request.</summary>
    /// <param name="changes">Further parameters, or others; without a value to leave one out.</param>
    public static Dictionary<string, string?> ParametersOf(string clientId, params (string Name, string? Value)[] changes)
    {
        var parameters = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["client_id"] = clientId,
            ["redirect_uri"] = RedirectUri,
            ["response_type"] = "code",
            ["scope"] = "openid email",
            ["state"] = State,
            ["nonce"] = "a nonce",
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
            parameters[name] = value;

        return parameters;
    }

    /// <summary>Returns the path of an authorization request.</summary>
    public static string PathOf(string clientId, params (string Name, string? Value)[] changes) =>
        QueryHelpers.AddQueryString("/oauth/authorize", ParametersOf(clientId, changes).Where(parameter => parameter.Value is not null));

    public static Task<HttpResponseMessage> AuthorizeAsync(
        this TestBrowser browser, string clientId, params (string Name, string? Value)[] changes) =>
        browser.OpenAsync(PathOf(clientId, changes));

    /// <summary>Sends an authorization request that must wait, and returns its id.</summary>
    public static async Task<string> BeginAuthorizationAsync(
        this TestBrowser browser, string clientId, params (string Name, string? Value)[] changes)
    {
        using var response = await browser.AuthorizeAsync(clientId, changes);
        var location = AssertRedirect(response);
        Assert.Matches("^/(sign-in|consent)$", new Uri(location).AbsolutePath);
        return QueryHelpers.ParseQuery(new Uri(location).Query)["request"].ToString();
    }

    /// <summary>Returns the step that a request waits for.</summary>
    public static async Task<string?> ReadNeedAsync(this TestBrowser browser, string id)
    {
        using var response = await browser.OpenAsync($"/oauth/requests/{id}");
        return (await response.ReadJsonAsync()).GetProperty("needs").GetString();
    }

    public static Task<HttpResponseMessage> TryDecideAsync(this TestBrowser browser, string id, string decision = "allow") =>
        browser.SendAsync(HttpMethod.Post, $"/oauth/requests/{id}", new { decision });

    /// <summary>Answers a request, and returns the parameters that the client gets.</summary>
    public static async Task<Dictionary<string, string>> DecideAsync(this TestBrowser browser, string id, string decision = "allow")
    {
        using var response = await browser.TryDecideAsync(id, decision);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        var body = await response.ReadJsonAsync();
        Assert.Equal(["redirect_uri"], ApiMoves.NamesOf(body));
        return ReadAnswer(body.GetProperty("redirect_uri").GetString()!);
    }

    /// <summary>Checks that the client was answered, and returns the parameters that it gets.</summary>
    public static Dictionary<string, string> ReadAnswer(this HttpResponseMessage response) => ReadAnswer(AssertRedirect(response));

    /// <summary>Checks that the client was told an error by a redirect with its state and the issuer.</summary>
    public static void AssertRefused(this HttpResponseMessage response, string error)
    {
        var answer = response.ReadAnswer();
        Assert.Equal(error, answer["error"]);
        Assert.Equal(
            ["error", "error_description", "iss", "state", "tenant"], answer.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(State, answer["state"]);
        // The characters that RFC 6749 section 4.1.2.1 allows there.
        Assert.Matches(@"^[\x20-\x21\x23-\x5B\x5D-\x7E]+$", answer["error_description"]);
    }

    private static string AssertRedirect(HttpResponseMessage response)
    {
        Assert.True(response.StatusCode == HttpStatusCode.Found, $"{response.StatusCode}");
        Assert.True(response.Headers.CacheControl?.NoStore);
        return response.Headers.GetValues("Location").Single();
    }

    private static Dictionary<string, string> ReadAnswer(string location)
    {
        Assert.StartsWith($"{RedirectUri}&", location, StringComparison.Ordinal);
        var answer = QueryHelpers.ParseQuery(new Uri(location).Query).ToDictionary(
            parameter => parameter.Key, parameter => Assert.Single(parameter.Value)!, StringComparer.Ordinal);
        Assert.Equal(Issuer, answer["iss"]);
        return answer;
    }
}
