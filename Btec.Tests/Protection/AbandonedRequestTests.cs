using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Protection;

/// <summary>Requests whose client hangs up after a password hash was computed for them. PostgreSQL only: there, a foreign transaction
/// can hold what the request is about to record without blocking the test itself.</summary>
public sealed class AbandonedRequestTests
{
    private const string Here = "203.0.113.7";
    private const string Wrong = "not the password";

    [Fact]
    [Asvs("16.3.1")]
    public async Task A_wrong_password_counts_and_is_recorded()
    {
        await using var api = await StartAsync();
        var email = ApiMoves.NewEmail();
        var id = (await api.From("192.0.2.1").RegisterAsync(email)).GetProperty("id").GetInt32();
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            using var form = new FormUrlEncodedContent([KeyValuePair.Create("username", email), KeyValuePair.Create("password", Wrong)]);
            await AbandonAsync(api, HttpMethod.Post, "/api/auth/login", form);
            await Eventually.IsTrueAsync(
                async () => (await api.ReadEventsAsync(id, AuditTypes.Login)).Count == attempt, $"attempt {attempt} is recorded");
        }

        using var throttled = await api.From(Here).TryLoginAsync(email);
        await throttled.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Fact]
    public async Task Changes_with_a_wrong_password_are_recorded()
    {
        await using var api = await StartAsync();
        var (id, _, tokens) = await api.CreateClient().StartAccountAsync();
        foreach (var (method, path, body, type) in new (HttpMethod, string, object, string)[]
        {
            (HttpMethod.Delete, "/api/users/me", new { password = Wrong }, AuditTypes.UserDeleted),
            (HttpMethod.Post, "/api/users/me/email",
                new { password = Wrong, email = ApiMoves.NewEmail() }, AuditTypes.EmailChangeRequested),
            (HttpMethod.Post, "/api/users/me/password",
                new { current_password = Wrong, new_password = AccountMoves.OtherPassword }, AuditTypes.PasswordChanged),
        })
        {
            using var content = JsonContent.Create(body);
            await AbandonAsync(api, method, path, content, tokens.Access);
            await Eventually.IsTrueAsync(
                async () => (await api.ReadEventsAsync(id, type)).SequenceEqual(["password_wrong"], StringComparer.Ordinal),
                $"{type} is recorded");
        }
    }

    [Fact]
    public async Task Registrations_and_resets_are_finished()
    {
        await using var api = await StartAsync();
        var (id, email, _) = await api.CreateClient().StartAccountAsync();
        using var recovered = await api.CreateClient().RecoverAsync(email);
        var token = await api.ReadTokenAsync(email, MailTemplate.ResetPassword);
        var other = ApiMoves.NewEmail();

        using (var reset = JsonContent.Create(new { token, new_password = AccountMoves.OtherPassword }))
            await AbandonAsync(api, HttpMethod.Post, "/api/auth/password-reset", reset);
        using (var registration = JsonContent.Create(new { email = other, password = ApiMoves.Password }))
            await AbandonAsync(api, HttpMethod.Post, "/api/auth/register", registration);

        await Eventually.IsTrueAsync(
            async () => (await api.ReadEventsAsync(id, AuditTypes.PasswordReset)).SequenceEqual(["success"], StringComparer.Ordinal),
            "the reset is finished");
        await api.CreateClient().LoginAsync(email, AccountMoves.OtherPassword);
        await Eventually.IsTrueAsync(
            () => api.WithDatabaseAsync(database => database.Users.AnyAsync(user => user.Email == other)), "the registration is finished");
    }

    [Fact]
    public async Task A_confirmation_with_a_wrong_password_is_recorded_and_one_with_the_right_password_is_finished()
    {
        await using var api = await StartAsync();
        var (id, email, _) = await api.CreateClient().StartAccountAsync();
        var token = await api.ReadTokenAsync(email, MailTemplate.VerifyEmail);
        foreach (var (password, outcome) in new[] { (Wrong, "password_wrong"), (ApiMoves.Password, AuditBatch.Success) })
        {
            using var content = JsonContent.Create(new { token, password });
            await AbandonAsync(api, HttpMethod.Post, "/api/auth/email-verification/confirm", content);
            await Eventually.IsTrueAsync(
                async () => (await api.ReadEventsAsync(id, AuditTypes.EmailVerified)).Contains(outcome, StringComparer.Ordinal),
                $"{outcome} is recorded");
        }
    }

    private static Task<BtecApi> StartAsync() => BtecApi.StartAsync(DatabaseKind.Postgres, LimitedApi.Settings());

    /// <summary>Sends a request, and hangs up while it waits for the audit chains.</summary>
    private static async Task AbandonAsync(BtecApi api, HttpMethod method, string path, HttpContent content, string? accessToken = null)
    {
        await using var held = await HeldRows.TakeAsync(api.Database, "SELECT 1 FROM audit_chains FOR UPDATE");
        using var hangUp = new CancellationTokenSource();
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (accessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);

        var left = api.From(Here).SendAsync(request, hangUp.Token);
        await held.WaitForBlockedAsync();
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
    }
}
