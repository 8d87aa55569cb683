using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Btec.Api.Features.SecondFactors;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Tests.Infrastructure;
using Btec.Tests.Sessions;

namespace Btec.Tests.SecondFactors;

/// <summary>The possessions of the holders of an account, and their requests: tokens, secrets of authenticators and recovery codes, by
/// their numbers in the model.</summary>
internal sealed class FactorClient(HistoryApi api, User user)
{
    private static readonly string[] Passwords = [ApiMoves.Password, AccountMoves.OtherPassword];

    private readonly List<HeldAuthenticator> _authenticators = [];
    private int _password;

    public string Email { get; private set; } = user.Email;

    public string Password => Passwords[_password];

    public List<Tokens> Sessions { get; } = [];

    public List<string> Pending { get; } = [];

    public List<string> RecoveryCodes { get; } = [];

    public HeldAuthenticator? PickAuthenticator(int pick)
    {
        var newest = pick % 3 == 0 ? pick / 3 % Math.Max(1, _authenticators.Count) : _authenticators.Count - 1;
        return _authenticators.Count == 0 ? null : _authenticators[newest];
    }

    public void Keep(JsonElement added, ModelAuthenticator model) => _authenticators.Add(
        new HeldAuthenticator(
            new TestAuthenticator(added.GetProperty("id").GetGuid(), added.GetProperty("secret").GetString()!, api.Clock), model));

    /// <summary>Returns what somebody enters, and what it means in the model.</summary>
    public FactorProof Resolve(ProofKind kind, int pick)
    {
        if (kind == ProofKind.RecoveryCode && RecoveryCodes.Count > 0)
            return new FactorProof(RecoveryCodes[pick % RecoveryCodes.Count], new ModelProof(RecoveryCode: pick % RecoveryCodes.Count));

        if (kind is ProofKind.RecoveryCode or ProofKind.WrongRecoveryCode)
            return new FactorProof(RecoveryCodeText.Create(), new ModelProof(RecoveryCode: -1));

        var drift = kind switch
        {
            ProofKind.CodeAhead => 1,
            ProofKind.CodeBehind => -1,
            ProofKind.OldCode => -2,
            _ => 0,
        };
        return kind != ProofKind.WrongCode && PickAuthenticator(pick) is { } shown
            ? new FactorProof(
                shown.Device.CodeAt(drift), new ModelProof(shown.Model, ModelAuthenticator.StepOf(api.Clock.GetUtcNow()) + drift))
            : new FactorProof(FindWrongCode(), new ModelProof());
    }

    public Task<FactorAnswer> LogInAsync(string? code, string? password = null)
    {
        var fields = new List<(string, string)> { ("username", Email), ("password", password ?? Password) };
        if (code is not null)
            fields.Add(("otp", code));

        return FactorAnswer.ReadAsync(api.Client.PostFormAsync("/api/auth/login", [.. fields]));
    }

    public Task<FactorAnswer> AnswerAsync(int number, FactorProof proof) => FactorAnswer.ReadAsync(api.Client.PostJsonAsync(
        "/api/auth/mfa",
        proof.Meaning.RecoveryCode is null
            ? new { mfa_token = Pending[number], code = proof.Text }
            : (object)new { mfa_token = Pending[number], recovery_code = proof.Text }));

    public Task<FactorAnswer> StepUpAsync(int number, FactorProof proof) => SendAsync(
        number, HttpMethod.Post, "/api/auth/step-up",
        proof.Meaning.RecoveryCode is null ? new { code = proof.Text } : (object)new { recovery_code = proof.Text });

    public Task<FactorAnswer> StepUpAsync(int number, string password) =>
        SendAsync(number, HttpMethod.Post, "/api/auth/step-up", new { password });

    public Task<FactorAnswer> AddAsync(int number) => SendAsync(number, HttpMethod.Post, "/api/users/me/totp", new { name = "phone" });

    public Task<FactorAnswer> ConfirmAsync(int number, HeldAuthenticator added, FactorProof proof) =>
        SendAsync(number, HttpMethod.Post, $"/api/users/me/totp/{added.Device.Id}/confirm", new { code = proof.Text });

    public Task<FactorAnswer> RemoveAsync(int number, HeldAuthenticator removed) =>
        SendAsync(number, HttpMethod.Delete, $"/api/users/me/totp/{removed.Device.Id}", body: null);

    public Task<FactorAnswer> CreateRecoveryCodesAsync(int number) =>
        SendAsync(number, HttpMethod.Post, "/api/users/me/recovery-codes", body: null);

    public Task<FactorAnswer> ListAsync(int number) => SendAsync(number, HttpMethod.Get, "/api/users/me/factors", body: null);

    public Task<FactorAnswer> CallAsync(int number) => SendAsync(number, HttpMethod.Get, "/api/users/me", body: null);

    public async Task<FactorAnswer> RefreshAsync(int number)
    {
        var answer = await FactorAnswer.ReadAsync(api.Client.TryRefreshAsync(Sessions[number].Refresh));
        if (answer.Outcome == FactorModel.Ok)
            Sessions[number] = Tokens.From(answer.Body);

        return answer;
    }

    public async Task<FactorAnswer> ChangePasswordAsync(int number)
    {
        var next = 1 - _password;
        var answer = await SendAsync(
            number, HttpMethod.Post, "/api/users/me/password",
            new { current_password = Password, new_password = Passwords[next] });
        _password = answer.Outcome == FactorModel.Ok ? next : _password;
        return answer;
    }

    /// <summary>Follows a link that was mailed, which is stored here without its mail.</summary>
    public async Task<FactorAnswer> ResetAsync()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var now = api.Clock.GetUtcNow();
        await api.WithDatabaseAsync(database =>
        {
            database.OneTimeTokens.Add(new OneTimeToken
            {
                Hash = SHA256.HashData(secret),
                Purpose = OneTimeTokenPurpose.ResetPassword,
                UserId = user.Id,
                Email = Email,
                Profile = new UserProfile(),
                CreatedAt = now,
                ExpiresAt = now + OneTimeTokenStore.ResetLifetime,
            });
            return database.SaveChangesAsync();
        });
        _password = 1 - _password;
        return await FactorAnswer.ReadAsync(
            api.Client.ResetAsync(System.Buffers.Text.Base64Url.EncodeToString(secret), Password));
    }

    public async Task<FactorAnswer> RemoveAsSuperuserAsync()
    {
        await api.ProveSuperuserAsync();
        return await FactorAnswer.ReadAsync(
            api.Client.SendJsonAsync(HttpMethod.Delete, $"/api/users/{user.Id}/factors", api.SuperuserToken, body: null));
    }

    public async Task<FactorAnswer> MoveAsSuperuserAsync()
    {
        Email = ApiMoves.NewEmail();
        await api.ProveSuperuserAsync();
        return await FactorAnswer.ReadAsync(
            api.Client.SendJsonAsync(HttpMethod.Patch, $"/api/users/{user.Id}", api.SuperuserToken, new { email = Email }));
    }

    private Task<FactorAnswer> SendAsync(int number, HttpMethod method, string path, object? body) =>
        FactorAnswer.ReadAsync(api.Client.SendJsonAsync(method, path, Sessions[number].Access, body));

    /// <summary>Returns a code that no authenticator shows near this time.</summary>
    private string FindWrongCode()
    {
        var shown = _authenticators.SelectMany(held => Enumerable.Range(-1, 3).Select(held.Device.CodeAt));
        return Enumerable.Range(0, 1_000_000).Select(number => number.ToString("D6", CultureInfo.InvariantCulture))
            .Except(shown, StringComparer.Ordinal).First();
    }
}
