using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Tests.AuthorizationServer;

/// <summary>Clients, browsers' sessions and codes that are written to the database: how users get them is tested elsewhere.</summary>
internal static class ClientCodes
{
    public const string TokenRoute = "/api/auth/token";
    public const string RedirectUri = "https://client.example/callback";
    public const string AllScopes = "openid profile email offline_access";

    /// <summary>The verifier of every code: 43 characters.</summary>
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static int s_count;

    /// <summary>Registers a client, and returns its id.</summary>
    public static async Task<string> AddClientAsync(this BtecApi api, Action<OAuthClient>? change = null, string? id = null, string? secret = null)
    {
        ArgumentNullException.ThrowIfNull(api);
        var client = new OAuthClient
        {
            Id = id ?? $"client-{Interlocked.Increment(ref s_count)}",
            Name = "A client",
            IsConfidential = secret is not null,
            SecretHash = secret is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(secret)),
            RedirectUris = [RedirectUri],
            Scopes = AllScopes.Split(' '),
            GrantTypes = ["authorization_code", "refresh_token"],
            CreatedAt = api.Clock.GetStoredNow(),
        };
        change?.Invoke(client);
        await api.WithDatabaseAsync(database =>
        {
            database.OAuthClients.Add(client);
            return database.SaveChangesAsync();
        });
        return client.Id;
    }

    /// <summary>Starts the session of a browser.</summary>
    public static async Task<Guid> AddBrowserSessionAsync(this BtecApi api, int userId, string userAgent = "a browser")
    {
        ArgumentNullException.ThrowIfNull(api);
        var (id, now) = (Guid.CreateVersion7(api.Clock.GetUtcNow()), api.Clock.GetStoredNow());
        await api.WithDatabaseAsync(database =>
        {
            database.Sessions.Add(new Session
            {
                Id = id,
                UserId = userId,
                UserAgent = userAgent,
                Address = "203.0.113.7",
                CreatedAt = now,
                LastSeenAt = now,
                ExpiresAt = now.AddDays(14),
                AuthTime = now,
                Epoch = database.Users.Where(user => user.Id == userId).Select(user => user.SessionEpoch).Single(),
                BrowserHash = RandomNumberGenerator.GetBytes(32),
            });
            return database.SaveChangesAsync();
        });
        return id;
    }

    /// <summary>Gives a client a code of a user who has consented to its scopes, and returns it.</summary>
    public static async Task<string> AddCodeAsync(
        this BtecApi api, string clientId, int userId, Guid browser, string scope = AllScopes, string? resource = null, string? nonce = null)
    {
        ArgumentNullException.ThrowIfNull(api);
        var (bytes, now) = (RandomNumberGenerator.GetBytes(32), api.Clock.GetStoredNow());
        await api.WithDatabaseAsync(async database =>
        {
            await database.ClientGrants.Where(grant => grant.UserId == userId && grant.ClientId == clientId).ExecuteDeleteAsync();
            database.ClientGrants.Add(new ClientGrant
            {
                UserId = userId,
                ClientId = clientId,
                Scopes = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                CreatedAt = now,
                UpdatedAt = now,
            });
            database.AuthorizationCodes.Add(new AuthorizationCode
            {
                Hash = SHA256.HashData(bytes),
                ClientId = clientId,
                UserId = userId,
                BrowserSessionId = browser,
                RedirectUri = RedirectUri,
                Scope = scope,
                Resource = resource,
                Nonce = nonce,
                CodeChallenge = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
                AuthTime = now.AddMinutes(-1),
                Amr = "pwd",
                CreatedAt = now,
                ExpiresAt = now.AddSeconds(60),
            });
            return await database.SaveChangesAsync();
        });
        return Base64UrlEncoder.Encode(bytes);
    }

    /// <summary>Redeems a code, with fields that replace or add to those of the request; an empty value leaves one out.</summary>
    public static Task<HttpResponseMessage> TryRedeemAsync(
        this HttpClient client, string clientId, string code, params (string Name, string Value)[] changes)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = clientId,
            ["code"] = code,
            ["redirect_uri"] = RedirectUri,
            ["code_verifier"] = Verifier,
        };
        foreach (var (name, value) in changes)
            fields[name] = value;

        return client.PostFormAsync(
            TokenRoute, [.. fields.Where(field => field.Value.Length > 0).Select(field => (field.Key, field.Value))]);
    }

    /// <summary>Redeems a code, and returns the answer.</summary>
    public static async Task<JsonElement> RedeemAsync(
        this HttpClient client, string clientId, string code, params (string Name, string Value)[] changes)
    {
        using var response = await client.TryRedeemAsync(clientId, code, changes);
        Assert.True(response.StatusCode == System.Net.HttpStatusCode.OK, await response.ReadTextAsync());
        return await response.ReadJsonAsync();
    }

    /// <summary>Gives a client a code of a user, redeems it, and returns the access token.</summary>
    public static async Task<string> RedeemCodeOfAsync(this BtecApi api, string clientId, int userId, string scope)
    {
        ArgumentNullException.ThrowIfNull(api);
        var code = await api.AddCodeAsync(clientId, userId, await api.AddBrowserSessionAsync(userId), scope);
        return (await api.CreateClient().RedeemAsync(clientId, code)).GetProperty("access_token").GetString()!;
    }
}
