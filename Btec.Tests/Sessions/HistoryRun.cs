using System.Net;
using System.Text;
using System.Text.Json;
using Btec.Tests.Infrastructure;
using Btec.Tests.StepUp;

namespace Btec.Tests.Sessions;

/// <summary>One history of one user, executed over HTTP and in the model side by side. Every response is compared.</summary>
internal sealed class HistoryRun(HistoryApi api, string email, Lifetimes lifetimes) : IHistoryRun<Move>
{
    private readonly SessionModel _model = new(lifetimes);
    private readonly List<Client> _clients = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly StringBuilder _story = new();

    public SessionModel Model => _model;

    public string Story => _story.ToString();

    /// <summary>The number of refused requests.</summary>
    public int Refusals { get; private set; }

    private DateTimeOffset Now => api.Clock.GetUtcNow();

    public async Task RunAsync(IReadOnlyList<Move> moves)
    {
        await LogInAsync();
        foreach (var move in moves)
        {
            _story.AppendLine($"{Now:dd HH:mm:ss.ffffff} {move}");
            await MakeAsync(move);
        }

        await CheckFinalStateAsync();
    }

    private Task MakeAsync(Move move)
    {
        if (move.Kind == MoveKind.LogIn || _clients.Count == 0)
            return LogInAsync();

        var client = _clients[move.Pick % _clients.Count];
        var session = client.Session;
        var access = move.Pick / _clients.Count % client.AccessTokens.Count;
        switch (move.Kind)
        {
            case MoveKind.Refresh:
                return RefreshAsync(client, client.Held, successor => client.Held = successor);
            case MoveKind.LoseAnswer:
                return RefreshAsync(client, client.Held, _ => { });
            case MoveKind.SecondTab:
                return RefreshAsync(client, Math.Max(0, client.Held - 1), successor => client.Held = successor);
            case MoveKind.Replay:
                return RefreshAsync(client, move.Pick / _clients.Count % client.RefreshTokens.Count, _ => { });
            case MoveKind.Copy:
                client.Stolen = client.Held;
                return Task.CompletedTask;
            case MoveKind.RefreshAsThief:
                return RefreshAsync(client, client.Stolen, successor => client.Stolen = successor);
            case MoveKind.Wait:
                api.MoveClock(Now + move.Time);
                return Task.CompletedTask;
            case MoveKind.WaitForDeadline:
                var deadlines = _model.Deadlines();
                api.MoveClock(deadlines[move.Pick % deadlines.Count] + move.Time);
                return Task.CompletedTask;
            case MoveKind.Call:
                return CallAsync(client, access);
            case MoveKind.CallWithNewest:
                return CallAsync(client, client.AccessTokens.Count - 1);
            case MoveKind.StepUp:
                return StepUpAsync(client, access);
            case MoveKind.LogOut:
                return LogOutAsync(client, access, "local", other => other == session);
            case MoveKind.LogOutOthers:
                return LogOutAsync(client, access, "others", other => other != session);
            case MoveKind.LogOutEverywhere:
                return LogOutAsync(client, access, "global", _ => true);
            case MoveKind.RevokeByRefreshToken:
                SessionModel.End(session, Now);
                return RevokeAsync(client.RefreshTokens[move.Pick / _clients.Count % client.RefreshTokens.Count]);
            case MoveKind.RevokeByAccessToken:
                SessionModel.RevokeByAccessToken(session, access, Now);
                return RevokeAsync(client.AccessTokens[access]);
            default:
                _model.IsActive = move.Kind == MoveKind.Activate;
                return api.ActivateAsync(email, _model.IsActive);
        }
    }

    private async Task LogInAsync()
    {
        var expected = _model.LogIn(Now);
        using var response = await api.Client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
        var answer = await response.ReadJsonAsync();
        Check(expected, HttpStatusCode.Forbidden, response, answer);
        if (expected.Outcome == "ok")
        {
            _clients.Add(new Client(_model.Sessions[^1]));
            Keep(_clients[^1], expected, Tokens.From(answer));
        }
    }

    private async Task RefreshAsync(Client client, int token, Action<int> keep)
    {
        var expected = _model.Refresh(client.Session, token, Now);
        using var response = await api.Client.TryRefreshAsync(client.RefreshTokens[token]);
        var answer = await response.ReadJsonAsync();
        Check(expected, HttpStatusCode.BadRequest, response, answer);
        if (expected.Outcome != "ok")
            return;

        api.Count(expected.Successor < client.RefreshTokens.Count ? "same successor" : "successor");
        Keep(client, expected, Tokens.From(answer));
        keep(expected.Successor);
    }

    private async Task CallAsync(Client client, int token)
    {
        var expected = _model.Call(client.Session, token, Now);
        using var response = await api.Client.GetMeAsync(client.AccessTokens[token]);
        Check(new Expected(expected), HttpStatusCode.Unauthorized, response, await response.ReadJsonAsync());
    }

    private async Task StepUpAsync(Client client, int token)
    {
        var expected = _model.StepUp(client.Session, token, Now);
        using var response = await api.Client.TryStepUpAsync(client.AccessTokens[token], new { password = ApiMoves.Password });
        var answer = await response.ReadJsonAsync();
        Check(expected, HttpStatusCode.Unauthorized, response, answer);
        if (expected.Outcome != "ok")
            return;

        api.Count("stepped up");
        Assert.Equal(expected.ExpiresIn, answer.GetProperty("expires_in").GetInt64());
        client.AccessTokens.Add(answer.GetProperty("access_token").GetString()!);
        Assert.True(_seen.Add(client.AccessTokens[^1]), "The access token has been issued before.");
    }

    private async Task LogOutAsync(Client client, int token, string scope, Func<ModelSession, bool> ends)
    {
        var expected = _model.LogOut(client.Session, token, scope != "local", ends, Now);
        using var response = await api.Client.LogOutAsync(client.AccessTokens[token], $"?scope={scope}");
        if (expected == "ok")
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        else
            Check(new Expected(expected), HttpStatusCode.Unauthorized, response, await response.ReadJsonAsync());
    }

    private async Task RevokeAsync(string token)
    {
        using var response = await api.Client.PostFormAsync("/api/auth/revoke", ("token", token));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>Checks at the end that exactly those tokens are alive that the model expects.</summary>
    private async Task CheckFinalStateAsync()
    {
        _story.AppendLine($"{Now:dd HH:mm:ss.ffffff} final check");
        foreach (var client in _clients)
        {
            await CallAsync(client, client.AccessTokens.Count - 1);
            for (var token = Math.Max(0, client.RefreshTokens.Count - 2); token < client.RefreshTokens.Count; token++)
                Assert.Equal(_model.IsAlive(client.Session, token, Now), await api.IsAliveAsync(client.RefreshTokens[token]));
        }
    }

    private void Check(Expected expected, HttpStatusCode refusal, HttpResponseMessage response, JsonElement answer)
    {
        var ok = expected.Outcome == "ok";
        var outcome = response.IsSuccessStatusCode ? "ok" : answer.GetProperty("code").GetString()!;
        if (!(expected.MayBeGone && outcome == "refresh_token_invalid"))
            Assert.Equal(expected.Outcome, outcome);

        Assert.Equal(ok ? HttpStatusCode.OK : refusal, response.StatusCode);
        Refusals += ok ? 0 : 1;
        api.Count(outcome);
    }

    private void Keep(Client client, Expected expected, Tokens tokens)
    {
        if (expected.Successor < client.RefreshTokens.Count)
        {
            Assert.Equal(client.RefreshTokens[expected.Successor], tokens.Refresh);
        }
        else
        {
            Assert.True(_seen.Add(tokens.Refresh), "The successor has been issued before.");
            client.RefreshTokens.Add(tokens.Refresh);
        }

        Assert.True(_seen.Add(tokens.Access), "The access token has been issued before.");
        client.AccessTokens.Add(tokens.Access);
        Assert.Equal(client.SessionId ??= tokens.SessionId, tokens.SessionId);
        Assert.Equal((expected.ExpiresIn, expected.RefreshExpiresIn), (tokens.ExpiresIn, tokens.RefreshExpiresIn));
    }

    /// <summary>The tokens of a session on the wire, by their numbers in the model, and the numbers that owner and thief
    /// hold.</summary>
    private sealed class Client(ModelSession session)
    {
        public ModelSession Session => session;

        public string? SessionId { get; set; }

        public int Held { get; set; }

        public int Stolen { get; set; }

        public List<string> RefreshTokens { get; } = [];

        public List<string> AccessTokens { get; } = [];
    }
}
