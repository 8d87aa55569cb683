using System.Globalization;
using System.Text;
using System.Text.Json;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Btec.Tests.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.SecondFactors;

/// <summary>One history of one account, executed over HTTP and in the model side by side. Every response is compared.</summary>
internal sealed class FactorHistoryRun(HistoryApi api, User user) : IHistoryRun<FactorMove>
{
    private readonly FactorModel _model = new();
    private readonly FactorClient _client = new(api, user);
    private readonly StringBuilder _story = new();

    public string Story => _story.ToString();

    private DateTimeOffset Now => api.Clock.GetUtcNow();

    public async Task RunAsync(IReadOnlyList<FactorMove> moves)
    {
        foreach (var move in moves)
        {
            _story.AppendLine(CultureInfo.InvariantCulture, $"{Now:dd HH:mm:ss.ffffff} {move}");
            await MakeAsync(move);
        }

        await CheckFinalStateAsync();
    }

    private async Task MakeAsync(FactorMove move)
    {
        var proof = _client.Resolve(move.Proof, move.Pick);
        switch (move.Kind)
        {
            case FactorMoveKind.LogIn:
                Start(_model.LogIn(Now), await _client.LogInAsync(code: null));
                break;
            case FactorMoveKind.LogInWithCode:
                Start(_model.LogInWithCode(proof.Meaning, Now), await _client.LogInAsync(proof.Text));
                break;
            case FactorMoveKind.GuessPassword:
                Check("invalid_credentials", await _client.LogInAsync(proof.Text, password: "not the password"));
                break;
            case FactorMoveKind.Answer when _model.Pending.Count > 0:
                var pending = PickFrom(_model.Pending, login => !login.IsVoid, move.Pick);
                Start(_model.Answer(_model.Pending[pending], proof.Meaning, Now), await _client.AnswerAsync(pending, proof));
                break;
            case FactorMoveKind.Wait:
                api.MoveClock(Now + move.Time);
                break;
            case FactorMoveKind.Reset:
                var removes = !_model.IsVerified && _model.Factors.Authenticators.Count > 0;
                _model.Reset();
                Check(FactorModel.Ok, await _client.ResetAsync());
                if (removes)
                    api.Count("takeover");

                break;
            case FactorMoveKind.SuperuserRemovesFactors:
                _model.RemoveFactors();
                Check(FactorModel.Ok, await _client.RemoveAsSuperuserAsync());
                break;
            case FactorMoveKind.SuperuserMoves:
                _model.Move();
                Check(FactorModel.Ok, await _client.MoveAsSuperuserAsync());
                break;
            default:
                if (_model.Sessions.Count > 0)
                    await MakeInSessionAsync(move, proof, PickFrom(_model.Sessions, session => session.Takes, move.Pick));

                break;
        }
    }

    private async Task MakeInSessionAsync(FactorMove move, FactorProof proof, int number)
    {
        var session = _model.Sessions[number];
        var authenticator = _client.PickAuthenticator(move.Pick);
        switch (move.Kind)
        {
            case FactorMoveKind.StepUp:
                Keep(session, Check(_model.StepUp(session, proof.Meaning, Now), await _client.StepUpAsync(number, proof)));
                break;
            case FactorMoveKind.StepUpWithPassword:
                Keep(session, Check(_model.StepUpWithPassword(session, Now), await _client.StepUpAsync(number, _client.Password)));
                break;
            case FactorMoveKind.GuessPasswordAtStepUp:
                Check(
                    session.Takes ? "password_wrong" : session.Call(), await _client.StepUpAsync(number, "not the password"));
                break;
            case FactorMoveKind.AddAuthenticator:
                if (Check(_model.Add(session, Now), await _client.AddAsync(number)) is { } added)
                    _client.Keep(added, _model.Factors.Authenticators[^1]);

                break;
            case FactorMoveKind.ConfirmAuthenticator when authenticator is { } confirmed:
                Keep(Check(_model.Confirm(session, confirmed.Model, proof.Meaning, Now), await _client.ConfirmAsync(number, confirmed, proof)));
                break;
            case FactorMoveKind.RemoveAuthenticator when authenticator is { } removed:
                Check(_model.Remove(session, removed.Model, Now), await _client.RemoveAsync(number, removed));
                break;
            case FactorMoveKind.CreateRecoveryCodes:
                Keep(Check(_model.CreateRecoveryCodes(session, Now), await _client.CreateRecoveryCodesAsync(number)));
                break;
            case FactorMoveKind.ListFactors:
                if (Check(session.Call(), await _client.ListAsync(number)) is { } list)
                    CheckList(list);

                break;
            case FactorMoveKind.Refresh:
                Keep(session, Check(session.Refresh(), await _client.RefreshAsync(number)));
                break;
            case FactorMoveKind.ChangePassword:
                Check(_model.ChangePassword(session, Now), await _client.ChangePasswordAsync(number));
                break;
        }
    }

    /// <summary>Keeps what a login returned: tokens, or the name of a login that waits.</summary>
    private void Start(string expected, FactorAnswer answer)
    {
        var tokens = Check(expected, answer);
        if (tokens is { } body)
        {
            Keep(_model.Sessions[^1], body);
            _client.Sessions.Add(Tokens.From(body));
        }
        else if (expected == "mfa_required")
        {
            Assert.Equal(_model.Factors.RecoveryCodes.Count > 0 ? ["totp", "recovery_code"] : ["totp"], Words(answer.Body.GetProperty("methods")));
            _client.Pending.Add(answer.Body.GetProperty("mfa_token").GetString()!);
        }
    }

    /// <summary>Compares an answer with the expected outcome.</summary>
    /// <returns>The body, if the request succeeded and has one.</returns>
    private JsonElement? Check(string expected, FactorAnswer answer)
    {
        Assert.Equal(expected, answer.Outcome);
        api.Count(expected);
        return answer.Outcome == FactorModel.Ok && answer.Body.ValueKind == JsonValueKind.Object ? answer.Body : null;
    }

    /// <summary>Compares the claims of a session's new access token.</summary>
    private static void Keep(ModelLogin session, JsonElement? tokens)
    {
        if (tokens is not { } body)
            return;

        var claims = TokenForge.Open(body.GetProperty("access_token").GetString()!).Claims;
        Assert.Equal(session.Amr.Split(' '), Words(claims.GetProperty("amr")));
        Assert.Equal(session.Acr, claims.GetProperty("acr").GetString());
        Assert.Equal(session.AuthTime.ToUnixTimeSeconds(), claims.GetProperty("auth_time").GetInt64());
    }

    /// <summary>Keeps the recovery codes of an answer.</summary>
    private void Keep(JsonElement? answer)
    {
        if (answer is not { } body)
            return;

        _client.RecoveryCodes.AddRange(Words(body.GetProperty("recovery_codes")));
        Assert.Equal(_model.Factors.IssuedCodes, _client.RecoveryCodes.Count);
    }

    private void CheckList(JsonElement list)
    {
        Assert.Equal(_model.Factors.Confirmed, list.GetProperty("items").GetArrayLength());
        Assert.Equal(_model.Factors.RecoveryCodes.Count, list.GetProperty("recovery_codes_left").GetInt32());
    }

    /// <summary>Checks at the end that exactly those sessions and factors are left that the model expects.</summary>
    private async Task CheckFinalStateAsync()
    {
        _story.AppendLine("final check");
        for (var number = 0; number < _client.Sessions.Count; number++)
            Check(_model.Sessions[number].Call(), await _client.CallAsync(number));

        var stored = await api.WithDatabaseAsync(async database => (
            await database.Users.Where(row => row.Id == user.Id).Select(row => row.HasSecondFactor).SingleAsync(),
            await database.TotpFactors.CountAsync(row => row.UserId == user.Id && row.ConfirmedAt != null),
            await database.RecoveryCodes.CountAsync(row => row.UserId == user.Id)));
        Assert.Equal((_model.Factors.Exist, _model.Factors.Confirmed, _model.Factors.RecoveryCodes.Count), stored);
    }

    /// <summary>Returns the index of an element: mostly of one that is of use.</summary>
    private static int PickFrom<T>(List<T> all, Func<T, bool> isOfUse, int pick)
    {
        var useful = pick % 4 == 0 ? [] : all.Where(isOfUse).ToList();
        return useful.Count == 0 ? pick % all.Count : all.IndexOf(useful[pick % useful.Count]);
    }

    private static string[] Words(JsonElement array) => [.. array.EnumerateArray().Select(word => word.GetString()!)];
}
