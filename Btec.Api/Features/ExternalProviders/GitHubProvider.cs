using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Btec.Api.Platform.Errors;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>GitHub, which speaks OAuth 2.0. Its API says who the user is: the id, because names can change hands, and the primary address
/// if it is verified.</summary>
internal sealed partial class GitHubProvider(ExternalProviderOptions options, ProviderHttp http, ILogger<GitHubProvider> logger)
    : IExternalProvider
{
    private const string DefaultScopes = "read:user user:email";

    private readonly string _authorizationEndpoint = options.AuthorizationEndpoint ?? "https://github.com/login/oauth/authorize";
    private readonly string _tokenEndpoint = options.TokenEndpoint ?? "https://github.com/login/oauth/access_token";
    private readonly string _api = options.ApiUrl?.TrimEnd('/') ?? "https://api.github.com";

    public string Name => options.Name!;

    public string DisplayName => options.DisplayName ?? "GitHub";

    public bool AllowsRegistration => options.AllowRegistration;

    public Task<string> FindAuthorizationEndpointAsync(CancellationToken cancellationToken) => Task.FromResult(_authorizationEndpoint);

    public IEnumerable<KeyValuePair<string, string?>> ListParameters(ExternalLogin login, string state, string callback) =>
        AuthorizationParameters.List(
            options.ClientId!,
            options.Scopes.Count == 0 ? DefaultScopes : string.Join(' ', options.Scopes.Select(scope => scope.Value)),
            login, state, callback);

    public async Task<Result<ExternalPerson>> IdentifyAsync(
        ExternalLogin login, Secret code, string? issuer, string callback, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(login);
        ArgumentNullException.ThrowIfNull(code);
        // GitHub answers an invalid code with 200 and an error.
        if (await RedeemAsync(login, code, callback, cancellationToken) is not { ValueKind: JsonValueKind.Object } tokens
            || !tokens.TryGetProperty("access_token", out var token) || token.ValueKind != JsonValueKind.String)
            return Refuse("code");

        var user = await AskAsync("/user", token.GetString()!, cancellationToken);
        if (user is not { ValueKind: JsonValueKind.Object } found || !found.TryGetProperty("id", out var id) || !id.TryGetInt64(out var number))
            return Refuse("id");

        var email = FindPrimary(await AskAsync("/user/emails", token.GetString()!, cancellationToken));
        var name = found.TryGetProperty("name", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        return ExternalPerson.Describe(
                options.Issuer!, number.ToString(CultureInfo.InvariantCulture), email, options.TrustEmail, name) is { } person
            ? person
            : Refuse("id");
    }

    private async Task<JsonElement?> RedeemAsync(ExternalLogin login, Secret code, string callback, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _tokenEndpoint);
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["client_id"] = options.ClientId!,
            ["client_secret"] = options.ClientSecret!.Reveal(),
            ["code"] = code.Reveal(),
            ["redirect_uri"] = callback,
            ["code_verifier"] = login.CodeVerifier,
        });
        return await http.FindJsonAsync(request, cancellationToken);
    }

    private async Task<JsonElement?> AskAsync(string path, string token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _api + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.FindJsonAsync(request, cancellationToken);
    }

    /// <summary>Returns the primary address if GitHub has verified it. The user's own page may show any.</summary>
    private static string? FindPrimary(JsonElement? emails) => emails is { ValueKind: JsonValueKind.Array } list
        ? list.EnumerateArray()
            .Where(entry => Is(entry, "primary") && Is(entry, "verified") && entry.TryGetProperty("email", out var email)
                && email.ValueKind == JsonValueKind.String)
            .Select(entry => entry.GetProperty("email").GetString())
            .FirstOrDefault()
        : null;

    private static bool Is(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private AuthError Refuse(string fault)
    {
        LogRefused(Name, fault);
        return ExternalFault.ProviderAnswerInvalid;
    }

    [LoggerMessage(LogLevel.Warning, "The answer of the provider {Provider} was refused: {Fault}.")]
    private partial void LogRefused(string provider, string fault);
}
