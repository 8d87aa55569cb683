using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Btec.Tests.Sessions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>One history of one user of clients, executed over HTTP and in the model side by side. After every step, exactly those tokens,
/// browsers and sessions live that the model says.</summary>
internal sealed class ClientHistoryRun(HistoryApi api, User user) : IHistoryRun<ClientMove>
{
    private static readonly string[] s_passwords = [ApiMoves.Password, AccountMoves.OtherPassword];

    private readonly ClientModel _model = new();
    private readonly List<TestBrowser> _browsers = [];
    private readonly List<ModelClient> _clients = [];
    private readonly Dictionary<ModelCode, string> _codes = [];
    private readonly Dictionary<ModelClientSession, HeldTokens> _tokens = [];
    private readonly StringBuilder _story = new();
    private int _password;

    public string Story => _story.ToString();

    private DateTimeOffset Now => api.Clock.GetStoredNow();

    public async Task RunAsync(IReadOnlyList<ClientMove> moves)
    {
        for (var number = 0; number < 2; number++)
        {
            _browsers.Add(new TestBrowser(api.Api));
            _model.Browsers.Add(new ModelBrowser());
            _clients.Add(await RegisterAsync(isFirstParty: number == 1));
        }

        try
        {
            foreach (var move in moves)
            {
                _story.AppendLine(CultureInfo.InvariantCulture, $"{Now:dd HH:mm:ss.ffffff} {move}");
                await MakeAsync(move);
                await CheckAsync();
            }
        }
        finally
        {
            _browsers.ForEach(browser => browser.Dispose());
        }
    }

    private Task MakeAsync(ClientMove move)
    {
        var (browser, client) = (move.Pick % 2, _clients[move.Pick / 2 % 2]);
        return move.Kind switch
        {
            ClientMoveKind.SignIn => SignInAsync(browser),
            ClientMoveKind.SignOut => SignOutAsync(browser),
            ClientMoveKind.AuthorizeOnline or ClientMoveKind.AuthorizeOffline =>
                AuthorizeAsync(browser, client, move.Kind == ClientMoveKind.AuthorizeOffline),
            ClientMoveKind.Redeem when _model.Codes.Count > 0 => RedeemAsync(_model.Codes[^1]),
            ClientMoveKind.RedeemAgain when _model.Codes.Count > 0 => RedeemAsync(_model.Codes[move.Pick % _model.Codes.Count]),
            ClientMoveKind.Refresh when FindOffline(move.Pick) is { } session => RefreshAsync(session),
            ClientMoveKind.RefreshWithOldToken when FindOffline(move.Pick) is { } session => RefreshWithOldTokenAsync(session),
            ClientMoveKind.WithdrawConsent when _model.IsActive => WithdrawAsync(client),
            ClientMoveKind.DeleteClient => DeleteAsync(client),
            ClientMoveKind.ChangePassword when _model.IsActive => ChangePasswordAsync(),
            ClientMoveKind.Deactivate => ActivateAsync(isActive: false),
            ClientMoveKind.Activate => ActivateAsync(isActive: true),
            ClientMoveKind.Wait => WaitAsync(move.Time),
            _ => Task.CompletedTask,
        };
    }

    private async Task SignInAsync(int browser)
    {
        using var response = await _browsers[browser].TrySignInAsync(new { email = user.Email, password = s_passwords[_password] });
        Assert.Equal(_model.IsActive ? HttpStatusCode.NoContent : HttpStatusCode.Forbidden, response.StatusCode);
        if (_model.IsActive)
            _model.SignIn(browser, Now);
    }

    private async Task SignOutAsync(int browser)
    {
        using var response = await _browsers[browser].SendAsync(HttpMethod.Delete, TestBrowser.SessionRoute);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        if (_model.Browsers[browser].Lives(Now))
            _model.SignOut(_model.Browsers[browser]);

        api.Count("signed out");
    }

    private async Task AuthorizeAsync(int browser, ModelClient client, bool isOffline)
    {
        var scope = isOffline ? "openid offline_access" : "openid";
        using var response = await _browsers[browser].AuthorizeAsync(client.Id, ("scope", scope));
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        var (session, location) = (_model.Browsers[browser], response.Headers.Location!);
        if (!session.Lives(Now))
        {
            Assert.Equal("/sign-in", location.AbsolutePath);
            api.Count("not signed in");
            return;
        }

        ClientModel.Use(session, Now);
        var asks = location.AbsolutePath == "/consent";
        // The scopes of the former consent may be fewer.
        Assert.False(asks && client.IsFirstParty);
        Assert.True(asks || client.IsFirstParty || client.HasConsent);
        var answer = asks
            ? await _browsers[browser].DecideAsync(QueryHelpers.ParseQuery(location.Query)["request"].ToString())
            : response.ReadAnswer();
        _model.Authorize(session, client, isOffline, Now);
        _codes[_model.Codes[^1]] = answer["code"];
        api.Count(asks ? "consent" : "no consent");
    }

    private async Task RedeemAsync(ModelCode code)
    {
        var expected = _model.Redeem(code, Now);
        var answer = await PostAsync(
            code.Client, ("grant_type", "authorization_code"), ("code", _codes[code]), ("redirect_uri", AuthorizationMoves.RedirectUri),
            ("code_verifier", AuthorizationMoves.Verifier));
        Compare(expected, answer, "redeemed", "not redeemed");
        if (expected)
        {
            _tokens[code.Session!] = new HeldTokens();
            Keep(code.Session!, answer);
        }

        // A second use ends what came of the first. Old codes are deleted.
        if (answer.TryGetProperty("code", out var error) && error.GetString() == "authorization_code_reused")
            code.Session!.HasEnded = true;
    }

    private async Task RefreshAsync(ModelClientSession session)
    {
        var expected = ClientModel.Refresh(session, Now);
        var answer = await RefreshAsync(session, _tokens[session].Refresh[^1]);
        Compare(expected, answer, "refreshed", "not refreshed");
        if (expected)
            Keep(session, answer);
    }

    /// <summary>Presents a token two before the newest, which no lost answer explains.</summary>
    private async Task RefreshWithOldTokenAsync(ModelClientSession session)
    {
        if (_tokens[session].Refresh.Count < 3)
            return;

        Compare(expected: false, await RefreshAsync(session, _tokens[session].Refresh[^3]), "", "reused");
        session.HasEnded |= session.Lives(Now);
    }

    private async Task WithdrawAsync(ModelClient client)
    {
        using var response = await api.Client.SendAsync(HttpMethod.Delete, $"/api/users/me/grants/{client.Id}", await LogInAsync());
        Assert.True(response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotFound, $"{response.StatusCode}");
        _model.EndClient(client);
        api.Count("withdrawn");
    }

    private async Task DeleteAsync(ModelClient client)
    {
        await api.ProveSuperuserAsync();
        using var response = await api.Client.SendAsync(HttpMethod.Delete, $"{ClientMoves.Route}/{client.Id}", api.SuperuserToken);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        _model.EndClient(client);
        _clients[_clients.IndexOf(client)] = await RegisterAsync(client.IsFirstParty);
        api.Count("client deleted");
    }

    private async Task ChangePasswordAsync()
    {
        using var response = await api.Client.SendJsonAsync(
            HttpMethod.Post, "/api/users/me/password", await LogInAsync(),
            new { current_password = s_passwords[_password], new_password = s_passwords[1 - _password] });
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        _password = 1 - _password;
        _model.EndAll();
        api.Count("password changed");
    }

    private async Task ActivateAsync(bool isActive)
    {
        await api.ProveSuperuserAsync();
        using var response = await api.Client.SendJsonAsync(
            HttpMethod.Patch, $"/api/users/{user.Id}", api.SuperuserToken, new { is_active = isActive });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        if (_model.IsActive && !isActive)
            _model.EndAll();

        _model.IsActive = isActive;
        api.Count(isActive ? "activated" : "deactivated");
    }

    private Task WaitAsync(TimeSpan time)
    {
        api.MoveClock(api.Clock.GetUtcNow() + time);
        return Task.CompletedTask;
    }

    /// <summary>Checks that exactly those access tokens open userinfo, and exactly those sessions are alive, that should.</summary>
    private async Task CheckAsync()
    {
        var now = Now;
        foreach (var (session, held) in _tokens)
        {
            var lives = session.Lives(now) && session.AccessExpires > now;
            using var response = await api.Client.GetAsync("/oauth/userinfo", held.Access);
            Assert.Equal(lives ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, response.StatusCode);
            api.Count(lives ? "living token" : "dead token");
        }

        var living = await api.WithDatabaseAsync(database => database.Sessions.AsNoTracking()
            .Where(session => session.UserId == user.Id && (session.ClientId != null || session.BrowserHash != null)).Living(now)
            .Select(session => session.ClientId).ToListAsync());
        Assert.Equal(
            _model.Sessions.Where(session => session.Lives(now)).Select(session => session.Client.Id)
                .Concat(_model.Browsers.Where(browser => browser.Lives(now)).Select(_ => (string?)null))
                .Order(StringComparer.Ordinal),
            living.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    private void Compare(bool expected, JsonElement answer, string ok, string refused)
    {
        Assert.True(expected == answer.TryGetProperty("access_token", out _), $"expected {expected}: {answer.GetRawText()[..20]}");
        api.Count(expected ? ok : refused);
    }

    private void Keep(ModelClientSession session, JsonElement answer)
    {
        _tokens[session].Access = answer.GetProperty("access_token").GetString()!;
        Assert.Equal(session.IsOffline, answer.TryGetProperty("refresh_token", out var refresh));
        if (session.IsOffline)
            _tokens[session].Refresh.Add(refresh.GetString()!);
    }

    private ModelClientSession? FindOffline(int pick)
    {
        var offline = _model.Sessions.Where(session => session.IsOffline).ToList();
        return offline.Count == 0 ? null : offline[pick % offline.Count];
    }

    private Task<JsonElement> RefreshAsync(ModelClientSession session, string token) =>
        PostAsync(session.Client, ("grant_type", "refresh_token"), ("refresh_token", token));

    private async Task<JsonElement> PostAsync(ModelClient client, params (string, string)[] fields)
    {
        using var response = await api.Client.PostFormAsync(ClientCodes.TokenRoute, [("client_id", client.Id), .. fields]);
        return await response.ReadJsonAsync();
    }

    private Task<string> LogInAsync() => api.Client.LoginAsync(user.Email, s_passwords[_password]);

    private async Task<ModelClient> RegisterAsync(bool isFirstParty) => new(await api.Api.RegisterClientAsync(isFirstParty), isFirstParty);

    private sealed class HeldTokens
    {
        public string Access { get; set; } = "";

        public List<string> Refresh { get; } = [];
    }
}
