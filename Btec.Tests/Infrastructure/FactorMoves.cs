using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Btec.Tests.Infrastructure;

/// <summary>The calls about second factors that many tests share.</summary>
public static class FactorMoves
{
    public const string FactorsRoute = "/api/users/me/factors";
    public const string TotpRoute = "/api/users/me/totp";
    public const string CodesRoute = "/api/users/me/recovery-codes";

    /// <summary>Registers a user, confirms the address and logs in.</summary>
    public static async Task<(int Id, string Email, Tokens Tokens)> StartConfirmedAccountAsync(this BtecApi api)
    {
        ArgumentNullException.ThrowIfNull(api);
        var account = await api.CreateClient().StartAccountAsync();
        await api.ConfirmEmailAsync(account.Id);
        return account;
    }

    /// <summary>Confirms the address of a user directly in the database.</summary>
    public static Task ConfirmEmailAsync(this BtecApi api, int userId)
    {
        ArgumentNullException.ThrowIfNull(api);
        return api.ChangeUserAsync(userId, user => user.EmailVerifiedAt = api.Clock.GetUtcNow());
    }

    /// <summary>Registers a user with an authenticator, whose previous code has been used: those of now and of the next time step still
    /// work.</summary>
    public static async Task<FactorUser> StartAccountWithTotpAsync(this BtecApi api)
    {
        var (id, email, tokens) = await api.StartConfirmedAccountAsync();
        var (authenticator, codes) = await api.AddTotpAsync(tokens);
        return new FactorUser(id, email, tokens, authenticator, codes);
    }

    /// <summary>Adds and confirms an authenticator in a session that may do so.</summary>
    public static async Task<(TestAuthenticator Authenticator, IReadOnlyList<string> RecoveryCodes)> AddTotpAsync(
        this BtecApi api, Tokens tokens, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(tokens);
        var authenticator = await api.BeginTotpAsync(tokens, name);
        using var response = await api.CreateClient().ConfirmTotpAsync(tokens, authenticator.Id, authenticator.CodeAt(-1));
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        return (authenticator, ReadCodes(await response.ReadJsonAsync()));
    }

    /// <summary>Begins to add an authenticator, and checks that it succeeds.</summary>
    public static async Task<TestAuthenticator> BeginTotpAsync(this BtecApi api, Tokens tokens, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(api);
        using var response = await api.CreateClient().TryBeginTotpAsync(tokens, name);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.ReadTextAsync());
        var body = await response.ReadJsonAsync();
        return new TestAuthenticator(body.GetProperty("id").GetGuid(), body.GetProperty("secret").GetString()!, api.Clock);
    }

    public static Task<HttpResponseMessage> TryBeginTotpAsync(this HttpClient client, Tokens tokens, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return client.SendJsonAsync(HttpMethod.Post, TotpRoute, tokens.Access, new { name });
    }

    public static Task<HttpResponseMessage> ConfirmTotpAsync(this HttpClient client, Tokens tokens, Guid id, string code)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return client.SendJsonAsync(HttpMethod.Post, $"{TotpRoute}/{id}/confirm", tokens.Access, new { code });
    }

    public static Task<HttpResponseMessage> RemoveTotpAsync(this HttpClient client, Tokens tokens, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return client.SendAsync(HttpMethod.Delete, $"{TotpRoute}/{id}", tokens.Access);
    }

    public static Task<HttpResponseMessage> ReplaceCodesAsync(this HttpClient client, Tokens tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return client.SendAsync(HttpMethod.Post, CodesRoute, tokens.Access);
    }

    /// <summary>Reads the caller's second factors, and checks the shape of the answer.</summary>
    public static async Task<(IReadOnlyList<JsonElement> Items, int CodesLeft)> ListFactorsAsync(this HttpClient client, Tokens tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var response = await client.GetAsync(FactorsRoute, tokens.Access);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        Assert.True(response.Headers.CacheControl?.NoStore);
        var body = await response.ReadJsonAsync();
        Assert.Equal(["items", "recovery_codes_left"], ApiMoves.NamesOf(body));
        return ([.. body.GetProperty("items").EnumerateArray()], body.GetProperty("recovery_codes_left").GetInt32());
    }

    /// <summary>Returns the stored form of a recovery code.</summary>
    public static byte[] HashOf(string recoveryCode)
    {
        ArgumentNullException.ThrowIfNull(recoveryCode);
        return SHA256.HashData(Encoding.ASCII.GetBytes(recoveryCode.Replace("-", "", StringComparison.Ordinal)));
    }

    /// <summary>Reads the recovery codes of an answer.</summary>
    public static IReadOnlyList<string> ReadCodes(JsonElement body)
    {
        Assert.Equal(["recovery_codes"], ApiMoves.NamesOf(body));
        return [.. body.GetProperty("recovery_codes").EnumerateArray().Select(code => code.GetString()!)];
    }
}
