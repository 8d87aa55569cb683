using System.Net;
using System.Net.Http.Headers;

namespace Btec.Tests.Infrastructure;

/// <summary>The session calls and checks that many tests share.</summary>
public static class SessionMoves
{
    /// <summary>Registers a new user and logs in.</summary>
    public static async Task<Tokens> StartSessionOfNewUserAsync(this HttpClient client)
    {
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        return await client.StartSessionAsync(email);
    }

    /// <summary>Logs in, with or without a user agent.</summary>
    public static async Task<Tokens> StartSessionAsync(this HttpClient client, string email, string? userAgent = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login");
        request.Content = ToForm([("username", email), ("password", ApiMoves.Password)]);
        if (userAgent is not null)
            Assert.True(request.Headers.TryAddWithoutValidation("User-Agent", userAgent));

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Tokens.From(await response.ReadJsonAsync());
    }

    /// <summary>Presents a refresh token, and returns the response whatever it is.</summary>
    public static Task<HttpResponseMessage> TryRefreshAsync(this HttpClient client, string refreshToken) =>
        client.PostFormAsync("/api/auth/token", ("grant_type", "refresh_token"), ("refresh_token", refreshToken));

    /// <summary>Exchanges a refresh token, and checks that it succeeds.</summary>
    public static async Task<Tokens> RefreshAsync(this HttpClient client, string refreshToken)
    {
        using var response = await client.TryRefreshAsync(refreshToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        return Tokens.From(await response.ReadJsonAsync());
    }

    public static Task<HttpResponseMessage> LogOutAsync(this HttpClient client, string? accessToken, string? query = null) =>
        client.SendAsync(HttpMethod.Post, $"/api/auth/logout{query}", accessToken);

    /// <summary>Sends a form or no body, with or without an access token.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client, HttpMethod method, string path, string? accessToken, params (string Name, string Value)[] form)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(form);
        using var request = new HttpRequestMessage(method, path);
        if (accessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);

        if (form.Length > 0)
            request.Content = ToForm(form);

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Checks what all errors of RFC 6749 section 5.2 have in common.</summary>
    public static async Task AssertOAuthErrorAsync(this HttpResponseMessage response, string error, string code)
    {
        ArgumentNullException.ThrowIfNull(response);
        var answer = await response.ReadJsonAsync();
        Assert.Equal(code, answer.GetProperty("code").GetString());
        Assert.Equal(error, answer.GetProperty("error").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("no-cache", response.Headers.Pragma.ToString());
        Assert.Equal(["code", "error", "error_description", "trace_id"], ApiMoves.NamesOf(answer));
        // The characters that RFC 6749 section 5.2 allows there.
        Assert.Matches(@"^[\x20-\x21\x23-\x5B\x5D-\x7E]+$", answer.GetProperty("error_description").GetString());
        Assert.Matches("^[0-9a-f]{32}$", answer.GetProperty("trace_id").GetString());
    }

    /// <summary>Checks that none of the tokens of a session is accepted any more.</summary>
    public static async Task AssertEndedAsync(this HttpClient client, Tokens tokens, string code = "session_ended")
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var me = await client.GetMeAsync(tokens.Access);
        await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        using var refresh = await client.TryRefreshAsync(tokens.Refresh);
        await refresh.AssertOAuthErrorAsync("invalid_grant", code);
    }

    /// <summary>Checks that a session is alive. Consumes its refresh token.</summary>
    public static async Task AssertAliveAsync(this HttpClient client, Tokens tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var me = await client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        await client.RefreshAsync(tokens.Refresh);
    }

    private static FormUrlEncodedContent ToForm(IEnumerable<(string Name, string Value)> fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
}
