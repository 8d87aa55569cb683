using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Btec.Api.Platform.BearerTokens;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Infrastructure;

/// <summary>Sessions of clients that are written to the database, and their tokens.</summary>
public static class ClientTokenMoves
{
    /// <summary>Starts a session of a new user for a client, which is registered unless it is.</summary>
    public static async Task<Session> StartClientSessionAsync(
        this BtecApi api, string clientId = "shop", string? scope = "openid", string? resource = null)
    {
        ArgumentNullException.ThrowIfNull(api);
        var user = (await api.CreateClient().RegisterAsync(ApiMoves.NewEmail())).GetProperty("id").GetInt32();
        var now = api.Clock.GetUtcNow();
        var session = new Session
        {
            Id = Guid.CreateVersion7(),
            UserId = user,
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now.AddDays(14),
            AuthTime = now.AddMinutes(-1),
            ClientId = clientId,
            Scope = scope,
            Resource = resource,
        };
        await api.WithDatabaseAsync(async database =>
        {
            if (await database.OAuthClients.AsTracking().SingleOrDefaultAsync(row => row.Id == clientId) is not { } client)
            {
                client = new OAuthClient
                {
                    Id = clientId,
                    Name = "A client",
                    IsConfidential = false,
                    Scopes = ["openid", "profile", "email"],
                    CreatedAt = now,
                };
                database.OAuthClients.Add(client);
            }

            client.Resources = [.. client.Resources.Union(resource is null ? [] : [resource], StringComparer.Ordinal)];
            database.Sessions.Add(session);
            return await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        return session;
    }

    /// <summary>Issues an access token for a client's session.</summary>
    public static async Task<string> IssueClientTokenAsync(this BtecApi api, Session session) =>
        (await IssueAsync(api, session)).Reveal();

    /// <summary>Issues a token that a client gets for itself.</summary>
    public static async Task<string> IssueMachineTokenAsync(
        this BtecApi api, string clientId = "machine", string? scope = null, string? resource = null)
    {
        ArgumentNullException.ThrowIfNull(api);
        var token = await api.Services.GetRequiredService<AccessTokenIssuer>()
            .IssueMachineTokenAsync(clientId, scope, resource, TestContext.Current.CancellationToken);
        return token.Reveal();
    }

    /// <summary>Issues an access token and an id token for a client's session.</summary>
    public static async Task<(string Access, string Id)> IssueIdTokenAsync(this BtecApi api, Session session, string? nonce = null)
    {
        var access = await IssueAsync(api, session);
        var id = await api.Services.GetRequiredService<IdTokenIssuer>()
            .IssueAsync(session, access, nonce, TestContext.Current.CancellationToken);
        return (access.Reveal(), id);
    }

    /// <summary>Issues a logout token for a client's session.</summary>
    public static async Task<string> IssueLogoutTokenAsync(this BtecApi api, Session session)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(session);
        return await api.Services.GetRequiredService<LogoutTokenIssuer>().IssueAsync(
            new LogoutNotice
            {
                Id = Guid.CreateVersion7(),
                ClientId = session.ClientId!,
                UserId = session.UserId,
                SessionId = session.Id,
                CreatedAt = api.Clock.GetUtcNow(),
                NextAttemptAt = api.Clock.GetUtcNow(),
            },
            TestContext.Current.CancellationToken);
    }

    /// <summary>Imports a published RSA key.</summary>
    public static RSA ImportRsa(JsonElement key) => RSA.Create(new RSAParameters
    {
        Modulus = Base64Url.DecodeFromChars(key.GetProperty("n").GetString()),
        Exponent = Base64Url.DecodeFromChars(key.GetProperty("e").GetString()),
    });

    /// <summary>Returns whether the published key that a token names verifies its signature, whatever kind of key it is.</summary>
    public static async Task<bool> IsSignedByPublishedKeyAsync(this HttpClient client, string token)
    {
        var key = (await client.GetKeySetAsync()).Single(published => published.GetProperty("kid").GetString() == KeyMoves.KeyOf(token));
        if (key.GetProperty("alg").GetString() != TokenForge.Open(token).Header.GetProperty("alg").GetString())
            return false;

        if (key.GetProperty("kty").GetString() == "EC")
            return KeyMoves.Verifies(key, token);

        using var rsa = ImportRsa(key);
        var parts = token.Split('.');
        return rsa.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>Introspects a token as a superuser.</summary>
    public static async Task<JsonElement> IntrospectAsync(this BtecApi api, string token)
    {
        ArgumentNullException.ThrowIfNull(api);
        var superuser = await api.StartSessionOfSuperuserAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/introspect")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("token", token)]),
        };
        request.Headers.Authorization = new("Bearer", superuser.Access);
        using var response = await api.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
        return await response.ReadJsonAsync();
    }

    /// <summary>Counts the rows of RSA keys.</summary>
    public static Task<int> CountRsaKeysAsync(this BtecApi api)
    {
        ArgumentNullException.ThrowIfNull(api);
        return api.WithDatabaseAsync(database => database.RsaSigningKeys.CountAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<AccessToken> IssueAsync(BtecApi api, Session session)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(session);
        var user = await api.WithDatabaseAsync(database =>
            database.Users.AsNoTracking().SingleAsync(row => row.Id == session.UserId, TestContext.Current.CancellationToken));
        return await api.Services.GetRequiredService<AccessTokenIssuer>().IssueAsync(user, session, TestContext.Current.CancellationToken);
    }
}
