using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Btec.Tests.Infrastructure;

/// <summary>The calls of passkeys that many tests share.</summary>
internal static class PasskeyMoves
{
    public const string RelyingPartyId = "example.com";
    public const string Origin = "https://app.example.com";
    public const string Route = "/api/users/me/passkeys";
    public const string LoginRoute = "/api/auth/passkeys";

    /// <summary>Starts the registration of a passkey, and returns the challenge with its options.</summary>
    public static async Task<SoftChallenge> StartPasskeyAsync(this HttpClient client, string accessToken)
    {
        using var response = await client.SendAsync(HttpMethod.Post, $"{Route}/options", accessToken);
        return await ReadAsync(response);
    }

    /// <summary>Gets a challenge for a passkey.</summary>
    public static async Task<SoftChallenge> StartPasskeyLoginAsync(this HttpClient client)
    {
        using var response = await client.SendAsync(HttpMethod.Post, $"{LoginRoute}/options", accessToken: null);
        return await ReadAsync(response);
    }

    public static Task<HttpResponseMessage> TryAddPasskeyAsync(
        this HttpClient client, string accessToken, SoftChallenge challenge, JsonNode credential, string? name = null) =>
        client.SendJsonAsync(HttpMethod.Post, Route, accessToken, new { challenge_id = challenge.Id, credential, name });

    public static Task<HttpResponseMessage> TryLoginWithPasskeyAsync(this HttpClient client, SoftChallenge challenge, JsonNode credential) =>
        client.PostJsonAsync(LoginRoute, new { challenge_id = challenge.Id, credential });

    /// <summary>Adds a passkey, and returns the body of the response.</summary>
    public static async Task<JsonElement> AddPasskeyAsync(
        this HttpClient client, string accessToken, SoftAuthenticator authenticator, string? name = null)
    {
        var challenge = await client.StartPasskeyAsync(accessToken);
        using var response = await client.TryAddPasskeyAsync(accessToken, challenge, authenticator.Create(challenge.Options), name);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.ReadTextAsync());
        return await response.ReadJsonAsync();
    }

    /// <summary>Logs in with a passkey, and returns the tokens.</summary>
    public static async Task<Tokens> LoginWithPasskeyAsync(this HttpClient client, SoftAuthenticator authenticator)
    {
        var challenge = await client.StartPasskeyLoginAsync();
        using var response = await client.TryLoginWithPasskeyAsync(challenge, authenticator.Get(challenge.Options));
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        return Tokens.From(await response.ReadJsonAsync());
    }

    /// <summary>Registers a new user with a passkey.</summary>
    public static async Task<(int Id, string Email, Tokens Tokens, SoftAuthenticator Authenticator)> StartAccountWithPasskeyAsync(
        this HttpClient client, SoftAuthenticator? authenticator = null)
    {
        authenticator ??= new SoftAuthenticator();
        var (id, email, tokens) = await client.StartAccountAsync();
        await client.AddPasskeyAsync(tokens.Access, authenticator);
        return (id, email, tokens, authenticator);
    }

    /// <summary>Checks that a login was refused as every fault of a passkey is.</summary>
    public static async Task AssertPasskeyInvalidAsync(this HttpResponseMessage response, bool isUnknown = false)
    {
        var problem = await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "passkey_invalid");
        Assert.Equal(isUnknown, problem.TryGetProperty("unknown_credential", out var unknown) && unknown.GetBoolean());
        List<string> members = ["code", "detail", "status", "title", "trace_id", "type"];
        if (isUnknown)
            members.Add("unknown_credential");

        Assert.Equal(members, ApiMoves.NamesOf(problem));
    }

    private static async Task<SoftChallenge> ReadAsync(HttpResponseMessage response)
    {
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        var body = await response.ReadJsonAsync();
        Assert.Equal(300, body.GetProperty("expires_in").GetInt32());
        return new SoftChallenge(body.GetProperty("challenge_id").GetString()!, body.GetProperty("options"));
    }
}

/// <summary>A challenge with the options for the browser.</summary>
internal sealed record SoftChallenge(string Id, JsonElement Options);
