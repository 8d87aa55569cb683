using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Infrastructure;

/// <summary>The account calls that many tests share, and access to the outbox and the audit log.</summary>
public static class AccountMoves
{
    public const string OtherPassword = "a staple is no battery";

    /// <summary>Returns the settings of a registration mode, with a mail server that does not exist, so that mails stay in the
    /// outbox.</summary>
    public static IReadOnlyDictionary<string, string?> RegistrationSettings(string mode) => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Registration:Mode"] = mode,
        ["PublicUrl"] = "https://app.example.com",
        ["Mail:From"] = "no-reply@example.com",
        ["Mail:Host"] = "127.0.0.1",
        // The port of the discard service (RFC 863).
        ["Mail:Port"] = "9",
    };

    /// <summary>Sends a JSON body, with or without an access token.</summary>
    public static async Task<HttpResponseMessage> SendJsonAsync(
        this HttpClient client, HttpMethod method, string path, string? accessToken, object? body)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (accessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Registers a new user and logs in.</summary>
    public static async Task<(int Id, string Email, Tokens Tokens)> StartAccountAsync(this HttpClient client, string? fullName = null)
    {
        var email = ApiMoves.NewEmail();
        var user = await client.RegisterAsync(email, fullName: fullName);
        return (user.GetProperty("id").GetInt32(), email, await client.StartSessionAsync(email));
    }

    /// <summary>Follows a link that confirms an address, with the password of the account, an access token, both or
    /// neither.</summary>
    public static Task<HttpResponseMessage> ConfirmAsync(
        this HttpClient client, string token, string? password = ApiMoves.Password, string? accessToken = null) =>
        client.SendJsonAsync(
            HttpMethod.Post, "/api/auth/email-verification/confirm", accessToken,
            password is null ? new { token } : (object)new { token, password });

    public static Task<HttpResponseMessage> RecoverAsync(this HttpClient client, string email) =>
        client.PostJsonAsync("/api/auth/password-recovery", new { email });

    public static Task<HttpResponseMessage> ResetAsync(this HttpClient client, string token, string newPassword = OtherPassword) =>
        client.PostJsonAsync("/api/auth/password-reset", new { token, new_password = newPassword });

    /// <summary>Requests a change of e-mail address, and checks that the response is an empty 202.</summary>
    public static async Task ChangeEmailAsync(this HttpClient client, Tokens tokens, string email)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var response = await client.SendJsonAsync(
            HttpMethod.Post, "/api/users/me/email", tokens.Access, new { email, password = ApiMoves.Password });
        await response.AssertEmptyAsync(HttpStatusCode.Accepted);
    }

    /// <summary>Checks the status, and that the response has no body and no Location.</summary>
    public static async Task AssertEmptyAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        ArgumentNullException.ThrowIfNull(response);
        Assert.True(response.StatusCode == status, $"{response.StatusCode} {await response.ReadTextAsync()}");
        Assert.Equal("", await response.ReadTextAsync());
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Null(response.Headers.Location);
    }

    /// <summary>Reads the mails in the outbox for an address, oldest first.</summary>
    public static async Task<IReadOnlyList<WaitingMail>> ReadMailsAsync(this BtecApi api, string recipient)
    {
        ArgumentNullException.ThrowIfNull(api);
        var secrets = api.Services.GetRequiredService<MailSecrets>();
        var rows = await api.WithDatabaseAsync(database => database.OutgoingMails.AsNoTracking()
            .Where(mail => mail.Recipient == recipient).OrderBy(mail => mail.CreatedAt).ToListAsync());
        return [.. rows.Select(mail => new WaitingMail(mail.Template, mail.UserId, secrets.Open(mail.SealedValues!, mail.Id)!))];
    }

    /// <summary>Reads the tokens mailed to an address, oldest first; those of the same instant come in any order.</summary>
    public static async Task<IReadOnlyList<string>> ReadTokensAsync(this BtecApi api, string recipient, MailTemplate template) =>
        [.. (await api.ReadMailsAsync(recipient)).Where(mail => mail.Template == template).Select(mail => mail.Values.Token!)];

    /// <summary>Reads the only token mailed to an address.</summary>
    public static async Task<string> ReadTokenAsync(this BtecApi api, string recipient, MailTemplate template) =>
        Assert.Single(await api.ReadTokensAsync(recipient, template));

    /// <summary>Reads the outcomes of the audit events of one type about a user, in alphabetical order.</summary>
    public static async Task<IReadOnlyList<string>> ReadEventsAsync(this BtecApi api, int userId, string type)
    {
        ArgumentNullException.ThrowIfNull(api);
        return await api.WithDatabaseAsync(database => database.AuditEvents
            .Where(audited => audited.UserId == userId && audited.Type == type)
            .OrderBy(audited => audited.Outcome).Select(audited => audited.Outcome).ToListAsync());
    }

    /// <summary>Changes a user directly in the database.</summary>
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

    /// <summary>Activates or deactivates a user directly in the database.</summary>
    public static Task<int> ActivateAsync(this BtecApi api, string email, bool active)
    {
        ArgumentNullException.ThrowIfNull(api);
        return api.WithDatabaseAsync(database => database.Users.Where(user => user.Email == email)
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.IsActive, active)));
    }
}
