using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Btec.Api.Features.SecondFactors;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.StepUp;

/// <summary>The steps that the tests of step-up authentication share. Factors and proofs are written to the database: how users get
/// them is tested elsewhere.</summary>
internal static class StepUpMoves
{
    public const string Route = "/api/auth/step-up";
    public const string TwoFactors = "pwd otp mfa";
    public const string Passkey = "swk user mfa";

    /// <summary>The default of <c>StepUp:MaxAge</c>.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    public static Task<HttpResponseMessage> TryStepUpAsync(this HttpClient client, string? accessToken, object body) =>
        client.SendJsonAsync(HttpMethod.Post, Route, accessToken, body);

    /// <summary>Steps up, checks the response, and returns the new access token.</summary>
    public static async Task<string> StepUpAsync(this HttpClient client, string accessToken, object body)
    {
        using var response = await client.TryStepUpAsync(accessToken, body);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        Assert.True(response.Headers.CacheControl?.NoStore);
        var answer = await response.ReadJsonAsync();
        Assert.Equal(["access_token", "expires_in", "token_type"], ApiMoves.NamesOf(answer));
        Assert.Equal("bearer", answer.GetProperty("token_type").GetString());
        return answer.GetProperty("access_token").GetString()!;
    }

    /// <summary>Calls a route that requires step-up authentication: ends a session that does not exist.</summary>
    public static Task<HttpResponseMessage> CallProtectedAsync(this HttpClient client, string accessToken) =>
        client.SendAsync(HttpMethod.Delete, $"/api/users/me/sessions/{Guid.CreateVersion7()}", accessToken);

    /// <summary>Checks that a route that requires step-up authentication lets a caller pass.</summary>
    public static async Task AssertPassesAsync(this HttpClient client, string accessToken)
    {
        using var response = await client.CallProtectedAsync(accessToken);
        await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    /// <summary>Checks that a route that requires step-up authentication refuses a caller.</summary>
    public static async Task AssertMustStepUpAsync(this HttpClient client, string accessToken, string acrValues = "urn:btec:acr:1")
    {
        using var response = await client.CallProtectedAsync(accessToken);
        await response.AssertStepUpRequiredAsync(acrValues);
    }

    /// <summary>Checks that a response asks for step-up authentication, as RFC 9470 section 3 has it and by members.</summary>
    public static async Task AssertStepUpRequiredAsync(this HttpResponseMessage response, string acrValues, int maxAge = 300)
    {
        var problem = await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "step_up_required");
        Assert.Equal(["acr_values", "code", "detail", "max_age", "status", "title", "trace_id", "type"], ApiMoves.NamesOf(problem));
        Assert.Equal(maxAge, problem.GetProperty("max_age").GetInt32());
        Assert.Equal(acrValues, problem.GetProperty("acr_values").GetString());
        Assert.Equal(
            $"Bearer error=\"insufficient_user_authentication\", error_description=\"A recent proof of identity is required.\", max_age=\"{maxAge}\", acr_values=\"{acrValues}\"",
            Assert.Single(response.Headers.NonValidated["WWW-Authenticate"]));
    }

    /// <summary>Writes when and how the user of a session has proved who they are. Without a time, the session is one from before it was
    /// recorded.</summary>
    public static Task<int> SetProofAsync(this BtecApi api, string sessionId, TimeSpan? age, string amr = "pwd")
    {
        var id = Guid.Parse(sessionId);
        var time = age is { } passed ? api.Clock.GetStoredNow() - passed : (DateTimeOffset?)null;
        return api.WithDatabaseAsync(database => database.Sessions.Where(session => session.Id == id).ExecuteUpdateAsync(
            row => row.SetProperty(session => session.AuthTime, time).SetProperty(session => session.Amr, amr)));
    }

    /// <summary>Moves the login of a session into the past.</summary>
    public static Task<int> MoveLoginAsync(this BtecApi api, string sessionId, TimeSpan age)
    {
        var (id, time) = (Guid.Parse(sessionId), api.Clock.GetStoredNow() - age);
        return api.WithDatabaseAsync(database => database.Sessions.Where(session => session.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.CreatedAt, time)));
    }

    /// <summary>Reads the age of the proof of a session, and how it was given.</summary>
    public static async Task<(TimeSpan Age, string Amr)> ReadProofAsync(this BtecApi api, string sessionId)
    {
        var id = Guid.Parse(sessionId);
        var session = await api.WithDatabaseAsync(database => database.Sessions.AsNoTracking().SingleAsync(row => row.Id == id));
        return (api.Clock.GetStoredNow() - session.AuthTime!.Value, session.Amr);
    }

    /// <summary>Gives a user an authenticator, and returns a function that computes its codes.</summary>
    public static async Task<Func<string>> AddAuthenticatorAsync(this BtecApi api, int userId, bool isConfirmed = true)
    {
        var (id, secret) = (Guid.CreateVersion7(), RandomNumberGenerator.GetBytes(Totp.SecretBytes));
        var sealedSecret = api.Services.GetRequiredService<TotpSecrets>().Seal(secret, id);
        await api.WithDatabaseAsync(database =>
        {
            database.TotpFactors.Add(new TotpFactor
            {
                Id = id,
                UserId = userId,
                EncryptedSecret = sealedSecret,
                CreatedAt = api.Clock.GetStoredNow(),
                ConfirmedAt = isConfirmed ? api.Clock.GetStoredNow() : null,
            });
            return database.SaveChangesAsync();
        });
        if (isConfirmed)
            await api.ChangeUserAsync(userId, user => user.HasSecondFactor = true);

        return () => Totp.CodeOf(secret, Totp.StepOf(api.Clock.GetUtcNow()));
    }

    /// <summary>Gives a user a recovery code.</summary>
    public static async Task<string> AddRecoveryCodeAsync(this BtecApi api, int userId)
    {
        var code = RecoveryCodeText.Create();
        await api.WithDatabaseAsync(database =>
        {
            database.RecoveryCodes.Add(
                new RecoveryCode { UserId = userId, Hash = RecoveryCodeText.FindHash(code)!, CreatedAt = api.Clock.GetStoredNow() });
            return database.SaveChangesAsync();
        });
        await api.ChangeUserAsync(userId, user => user.HasSecondFactor = true);
        return code;
    }

    /// <summary>Checks the claims of an access token about the proof, which was given this long ago.</summary>
    public static void AssertProof(this BtecApi api, JsonElement claims, TimeSpan age, string amr, string acr)
    {
        Assert.Equal((api.Clock.GetUtcNow() - age).ToUnixTimeSeconds(), claims.GetProperty("auth_time").GetInt64());
        Assert.Equal(amr, string.Join(' ', claims.GetProperty("amr").EnumerateArray().Select(method => method.GetString())));
        Assert.Equal(acr, claims.GetProperty("acr").GetString());
    }
}
