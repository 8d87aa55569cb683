using System.Net;
using System.Net.Http.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

/// <summary>A simulated user: registers, starts two sessions, uses one and logs out of the other, and changes the
/// password.</summary>
internal sealed class LoadUser(SteadyLoad load)
{
    private const int Uses = 4;

    private readonly string _email = ApiMoves.NewEmail();
    private readonly List<Tokens> _ended = [];
    private bool _hasChanged;
    private Tokens? _alive;

    /// <summary>The e-mail address of the account.</summary>
    public string Email => _email;

    private string Password => _hasChanged ? AccountMoves.OtherPassword : ApiMoves.Password;

    public async Task RunAsync(CancellationToken end)
    {
        await RegisterAsync();
        var used = await LoginAsync();
        var left = await LoginAsync();
        for (var use = 0; use < Uses && !end.IsCancellationRequested; use++)
        {
            await ExpectAsync(new LoadStep("read", HttpMethod.Get, "/api/users/me", used.Access), HttpStatusCode.OK);
            used = await RefreshAsync(used);
        }

        if (!end.IsCancellationRequested)
        {
            await ExpectAsync(
                new LoadStep("logout", HttpMethod.Post, "/api/auth/logout?scope=local", left.Access),
                HttpStatusCode.NoContent,
                HttpStatusCode.Unauthorized);
            _ended.Add(left);
            left = await LoginAsync();
            await ChangePasswordAsync(used);
            _ended.Add(left);
        }

        _alive = used;
    }

    /// <summary>Checks that every change that the API confirmed has taken effect.</summary>
    public async Task AssertConfirmedChangesAsync(HttpClient api)
    {
        using var login = await PostLoginAsync(api, Password);
        Assert.True(login.StatusCode == HttpStatusCode.OK, $"Login of {_email}: {login.StatusCode} {await login.ReadTextAsync()}");
        if (_hasChanged)
        {
            using var old = await PostLoginAsync(api, ApiMoves.Password);
            Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
        }

        foreach (var tokens in _ended)
            await api.AssertEndedAsync(tokens);

        if (_alive is not null)
            await api.AssertAliveAsync(_alive);
    }

    private async Task RegisterAsync()
    {
        await ExpectAsync(
            new LoadStep("register", HttpMethod.Post, "/api/auth/register", MakeContent: () => JsonContent.Create(
                new { email = _email, password = ApiMoves.Password })),
            HttpStatusCode.Created,
            HttpStatusCode.Conflict);
        load.Registered.Enqueue(this);
    }

    private async Task<Tokens> LoginAsync()
    {
        var step = new LoadStep("login", HttpMethod.Post, "/api/auth/login", MakeContent: () => new FormUrlEncodedContent(
            [KeyValuePair.Create("username", _email), KeyValuePair.Create("password", Password)]));
        await ExpectAsync(step, HttpStatusCode.OK);
        return Tokens.From(step.Attempts[^1].Body!.Value);
    }

    private async Task<Tokens> RefreshAsync(Tokens tokens)
    {
        var first = RefreshStep(tokens);
        await ExpectAsync(first, HttpStatusCode.OK);
        var next = Tokens.From(first.Attempts[^1].Body!.Value);
        if (first.Attempts.Count > 1)
        {
            var again = RefreshStep(tokens);
            await ExpectAsync(again, HttpStatusCode.OK);
            if (Tokens.From(again.Attempts[^1].Body!.Value).Refresh != next.Refresh)
                load.Violations.Enqueue($"{_email}: a repeated refresh returned another successor.");
        }

        return next;
    }

    private async Task ChangePasswordAsync(Tokens tokens)
    {
        // If the response was lost, the password may have been changed already.
        await ExpectAsync(
            new LoadStep("password", HttpMethod.Post, "/api/users/me/password", tokens.Access, () => JsonContent.Create(
                new { current_password = ApiMoves.Password, new_password = AccountMoves.OtherPassword })),
            HttpStatusCode.NoContent,
            HttpStatusCode.Forbidden);
        _hasChanged = true;
    }

    /// <summary>Retries until there is a conclusive response. <paramref name="afterLostResponse"/> is accepted only after a lost
    /// response.</summary>
    private async Task<HttpStatusCode> ExpectAsync(LoadStep step, HttpStatusCode expected, HttpStatusCode? afterLostResponse = null)
    {
        var answer = await load.AskAsync(step);
        var status = (HttpStatusCode)answer.Status;
        if (status == afterLostResponse && step.Attempts.Count > 1)
            load.UnconfirmedChanges.Enqueue(string.Join('\n', step.Attempts));
        else if (status != expected)
            throw new InvalidOperationException($"{_email}:\n{string.Join('\n', step.Attempts)}\n{answer.Body}");

        return status;
    }

    private static LoadStep RefreshStep(Tokens tokens) => new("refresh", HttpMethod.Post, "/api/auth/token", MakeContent: () =>
        new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "refresh_token"), KeyValuePair.Create("refresh_token", tokens.Refresh)]));

    private Task<HttpResponseMessage> PostLoginAsync(HttpClient api, string password) =>
        api.PostFormAsync("/api/auth/login", ("username", _email), ("password", password));
}
