using System.Net;
using Btec.Api.Features.SecondFactors;
using Btec.Data.Model;

namespace Btec.Tests.Infrastructure;

/// <summary>The calls of logins with a second factor that many tests share.</summary>
public static class MfaMoves
{
    public const string Route = "/api/auth/mfa";

    public const string GrantType = "urn:btec:params:oauth:grant-type:mfa";

    /// <summary>Registers a new user with an authenticator.</summary>
    public static async Task<(int Id, string Email, StoredAuthenticator App)> RegisterWithTotpAsync(this BtecApi api)
    {
        ArgumentNullException.ThrowIfNull(api);
        var email = ApiMoves.NewEmail();
        var id = (await api.CreateClient().RegisterAsync(email)).GetProperty("id").GetInt32();
        return (id, email, await StoredAuthenticator.AddAsync(api, id));
    }

    /// <summary>Stores recovery codes of a user, and returns them.</summary>
    public static async Task<IReadOnlyList<string>> AddRecoveryCodesAsync(this BtecApi api, int userId, int count = 10)
    {
        ArgumentNullException.ThrowIfNull(api);
        var codes = Enumerable.Range(0, count).Select(_ => RecoveryCodeText.Create()).ToList();
        await api.WithDatabaseAsync(database =>
        {
            database.RecoveryCodes.AddRange(codes.Select(code => new RecoveryCode
            {
                UserId = userId,
                Hash = RecoveryCodeText.FindHash(code)!,
                CreatedAt = api.Clock.GetUtcNow(),
            }));
            return database.SaveChangesAsync();
        });
        return codes;
    }

    /// <summary>Logs in by password, with or without a code.</summary>
    public static Task<HttpResponseMessage> TryLogInAsync(
        this HttpClient client, string email, string? otp = null, string password = ApiMoves.Password) =>
        client.PostFormAsync(
            "/api/auth/login", [("username", email), ("password", password), .. otp is null ? [] : new[] { ("otp", otp) }]);

    /// <summary>Sends a password to the token endpoint, with or without a code.</summary>
    public static Task<HttpResponseMessage> TryGrantAsync(
        this HttpClient client, string email, string? otp = null, string password = ApiMoves.Password) =>
        client.PostFormAsync(
            "/api/auth/token",
            [("grant_type", "password"), ("username", email), ("password", password), .. otp is null ? [] : new[] { ("otp", otp) }]);

    /// <summary>Logs in by password, and returns the <c>mfa_token</c>.</summary>
    public static async Task<string> BeginLoginAsync(this HttpClient client, string email)
    {
        using var response = await client.TryLogInAsync(email);
        var problem = await response.AssertProblemAsync(HttpStatusCode.Forbidden, "mfa_required");
        return problem.GetProperty("mfa_token").GetString()!;
    }

    /// <summary>Completes a login by a code.</summary>
    public static Task<HttpResponseMessage> CompleteAsync(this HttpClient client, string mfaToken, string code) =>
        client.PostJsonAsync(Route, new { mfa_token = mfaToken, code });

    /// <summary>Completes a login by a code at the token endpoint.</summary>
    public static Task<HttpResponseMessage> GrantMfaAsync(this HttpClient client, string mfaToken, string otp) =>
        client.PostFormAsync("/api/auth/token", ("grant_type", GrantType), ("mfa_token", mfaToken), ("otp", otp));

    /// <summary>Checks that a login succeeded, and returns its tokens.</summary>
    public static async Task<Tokens> AssertLoggedInAsync(this HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        return Tokens.From(await response.ReadJsonAsync());
    }

    public static async Task AssertCodeWrongAsync(this HttpResponseMessage response) =>
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "code_wrong");

    public static async Task AssertMfaTokenInvalidAsync(this HttpResponseMessage response) =>
        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "mfa_token_invalid");
}
