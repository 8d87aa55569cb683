using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Telemetry;

/// <summary>Requests whose answers contain secrets, which are remembered.</summary>
internal abstract partial class WalkRequests(HttpClient client, SmtpInbox inbox)
{
    /// <summary>Gets the secrets that the API has made.</summary>
    public List<string> Secrets { get; } = [];

    protected HttpClient Client => client;

    protected Task<JsonElement> PostAsync(HttpStatusCode? expected, string path, object body, string? access = null) =>
        SendAsync(expected, HttpMethod.Post, path, body, access);

    protected async Task<JsonElement> SendAsync(
        HttpStatusCode? expected, HttpMethod method, string path, object? body = null, string? access = null)
    {
        using var response = await Client.SendJsonAsync(method, path, access, body);
        var text = await response.ReadTextAsync();
        Assert.True(expected is null || response.StatusCode == expected, $"{method} {path}: {response.StatusCode} {text}");
        return response.Content.Headers.ContentType?.MediaType == "application/json" ? await response.ReadJsonAsync() : default;
    }

    /// <summary>Returns the token of the newest mail to an address, once it has arrived.</summary>
    protected async Task<string> ReadLinkAsync(string recipient)
    {
        string? token = null;
        await Eventually.IsTrueAsync(
            () =>
            {
                token = inbox.Accepted.Where(mail => mail.Recipient == recipient).Select(mail => Link().Match(mail.Text))
                    .Where(match => match.Success && !Secrets.Contains(match.Groups["token"].Value))
                    .Select(match => match.Groups["token"].Value).LastOrDefault();
                return Task.FromResult(token is not null);
            },
            $"a link was mailed to {recipient}");
        Secrets.Add(token!);
        return token!;
    }

    protected string Keep(JsonElement answer, string member)
    {
        Assert.True(answer.TryGetProperty(member, out var value), $"No {member} in {answer}");
        Secrets.Add(value.GetString()!);
        return value.GetString()!;
    }

    protected Tokens Keep(Tokens tokens)
    {
        Secrets.AddRange([tokens.Access, tokens.Refresh]);
        return tokens;
    }

    [GeneratedRegex("[#?&]token=(?<token>[A-Za-z0-9_-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
