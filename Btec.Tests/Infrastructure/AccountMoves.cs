using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Infrastructure;

/// <summary>A mail that waits to be sent.</summary>
public sealed record WaitingMail(MailTemplate Template, int? UserId, MailValues Values);

/// <summary>What tests do with accounts over and over, and what they find in the outbox and in the audit.</summary>
public static class AccountMoves
{
    public const string OtherPassword = "a staple is no battery";

    /// <summary>Settings of a mode of registration, with a mail server that nobody is: what is mailed stays in the outbox.</summary>
    public static IReadOnlyDictionary<string, string?> RegistrationSettings(string mode) => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Registration:Mode"] = mode,
        ["PublicUrl"] = "https://app.example.com",
        ["Mail:From"] = "no-reply@example.com",
        ["Mail:Host"] = "127.0.0.1",
        // The port of the discard service (RFC 863).
        ["Mail:Port"] = "9",
    };

    /// <summary>Calls a route with a token or with none, and a JSON body.</summary>
    public static async Task<HttpResponseMessage> SendJsonAsync(
        this HttpClient client, HttpMethod method, string path, string? accessToken, object? body)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (accessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Registers somebody and logs in.</summary>
    public static async Task<(int Id, string Email, Tokens Tokens)> StartAccountAsync(this HttpClient client, string? fullName = null)
    {
        var email = ApiMoves.NewEmail();
        var user = await client.RegisterAsync(email, fullName: fullName);
        return (user.GetProperty("id").GetInt32(), email, await client.StartSessionAsync(email));
    }

    public static Task<HttpResponseMessage> ConfirmAsync(this HttpClient client, string token) =>
        client.PostJsonAsync("/api/auth/email-verification/confirm", new { token });

    public static Task<HttpResponseMessage> RecoverAsync(this HttpClient client, string email) =>
        client.PostJsonAsync("/api/auth/password-recovery", new { email });

    public static Task<HttpResponseMessage> ResetAsync(this HttpClient client, string token, string newPassword = OtherPassword) =>
        client.PostJsonAsync("/api/auth/password-reset", new { token, new_password = newPassword });

    /// <summary>Asks for a new address, and expects no more than an acknowledgement.</summary>
    public static async Task ChangeEmailAsync(this HttpClient client, Tokens tokens, string email)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var response = await client.SendJsonAsync(
            HttpMethod.Post, "/api/users/me/email", tokens.Access, new { email, password = ApiMoves.Password });
        await response.AssertEmptyAsync(HttpStatusCode.Accepted);
    }

    /// <summary>Checks a status, and that there is nothing else to read.</summary>
    public static async Task AssertEmptyAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        ArgumentNullException.ThrowIfNull(response);
        Assert.True(response.StatusCode == status, $"{response.StatusCode} {await response.ReadTextAsync()}");
        Assert.Equal("", await response.ReadTextAsync());
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Null(response.Headers.Location);
    }

    /// <summary>The mails that wait for an address, the oldest first.</summary>
    public static async Task<IReadOnlyList<WaitingMail>> ReadMailsAsync(this BtecApi api, string recipient)
    {
        ArgumentNullException.ThrowIfNull(api);
        var secrets = api.Services.GetRequiredService<MailSecrets>();
        var rows = await api.WithDatabaseAsync(database => database.OutgoingMails.AsNoTracking()
            .Where(mail => mail.Recipient == recipient).OrderBy(mail => mail.CreatedAt).ToListAsync());
        return [.. rows.Select(mail => new WaitingMail(mail.Template, mail.UserId, secrets.Open(mail.SealedValues!, mail.Id)!))];
    }

    /// <summary>The tokens that were mailed to an address, the oldest first; of one moment in any order.</summary>
    public static async Task<IReadOnlyList<string>> ReadTokensAsync(this BtecApi api, string recipient, MailTemplate template) =>
        [.. (await api.ReadMailsAsync(recipient)).Where(mail => mail.Template == template).Select(mail => mail.Values.Token!)];

    /// <summary>The one token that was mailed to an address.</summary>
    public static async Task<string> ReadTokenAsync(this BtecApi api, string recipient, MailTemplate template) =>
        Assert.Single(await api.ReadTokensAsync(recipient, template));

    /// <summary>The outcomes of the events of a type that are about a user, in alphabetical order.</summary>
    public static async Task<IReadOnlyList<string>> ReadEventsAsync(this BtecApi api, int userId, string type)
    {
        ArgumentNullException.ThrowIfNull(api);
        return await api.WithDatabaseAsync(database => database.AuditEvents
            .Where(audited => audited.UserId == userId && audited.Type == type)
            .OrderBy(audited => audited.Outcome).Select(audited => audited.Outcome).ToListAsync());
    }

    /// <summary>Changes a user behind the API's back.</summary>
    public static Task<int> ChangeUserAsync(this BtecApi api, int userId, Action<User> change)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(change);
        return api.WithDatabaseAsync(async database =>
        {
            change(await database.Users.SingleAsync(user => user.Id == userId));
            return await database.SaveChangesAsync();
        });
    }

    /// <summary>Makes a user active or inactive behind the API's back.</summary>
    public static Task<int> ActivateAsync(this BtecApi api, string email, bool active)
    {
        ArgumentNullException.ThrowIfNull(api);
        return api.WithDatabaseAsync(database => database.Users.Where(user => user.Email == email)
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.IsActive, active)));
    }
}
