using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Btec.Api.Platform.Errors;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>A provider that speaks OpenID Connect: the code flow with PKCE and a nonce.</summary>
internal sealed partial class OidcProvider(
    ExternalProviderOptions options, ProviderHttp http, TimeProvider clock, ILogger<OidcProvider> logger) : IExternalProvider, IDisposable
{
    private const string DefaultScopes = "openid email profile";
    private const string BasicAuthentication = "client_secret_basic";

    private readonly OidcMetadata _metadata = new(options, http, clock, logger);
    private readonly IdTokenReader _idTokens = new(options, clock);

    public string Name => options.Name!;

    public string DisplayName => options.DisplayName ?? CultureInfo.InvariantCulture.TextInfo.ToTitleCase(Name);

    public bool AllowsRegistration => options.AllowRegistration;

    public async Task<string> FindAuthorizationEndpointAsync(CancellationToken cancellationToken) =>
        (await _metadata.GetAsync(cancellationToken)).AuthorizationEndpoint;

    public IEnumerable<KeyValuePair<string, string?>> ListParameters(ExternalLogin login, string state, string callback)
    {
        ArgumentNullException.ThrowIfNull(login);
        var scopes = options.Scopes.Count == 0 ? DefaultScopes : string.Join(' ', options.Scopes.Select(scope => scope.Value));
        return AuthorizationParameters.List(options.ClientId!, scopes, login, state, callback)
            .Append(KeyValuePair.Create<string, string?>("nonce", login.Nonce));
    }

    public async Task<Result<ExternalPerson>> IdentifyAsync(
        ExternalLogin login, Secret code, string? issuer, string callback, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(login);
        ArgumentNullException.ThrowIfNull(code);
        var metadata = await _metadata.GetAsync(cancellationToken);
        // RFC 9207 section 2.4: another server may answer in the name of this one.
        if (issuer is not null ? issuer != options.Issuer : metadata.AuthorizationResponseIssParameterSupported)
            return Refuse("iss");

        if (await RedeemAsync(metadata, login, code, callback, cancellationToken) is not { } tokens
            || FindText(tokens, "id_token") is not { } idToken)
            return Refuse("code");

        var read = await _idTokens.ReadAsync(idToken, login.Nonce, metadata);
        if (read.IsKeyUnknown)
        {
            // The provider may have a new key.
            var renewed = await _metadata.RenewAsync(metadata, cancellationToken);
            if (!ReferenceEquals(renewed, metadata))
                read = await _idTokens.ReadAsync(idToken, login.Nonce, metadata = renewed);
        }

        return read.Claims is { } claims
            ? await DescribeAsync(claims, metadata, FindText(tokens, "access_token"), cancellationToken)
            : Refuse(read.Fault!);
    }

    public void Dispose() => _metadata.Dispose();

    private async Task<JsonElement?> RedeemAsync(
        OpenIdConnectConfiguration metadata, ExternalLogin login, Secret code, string callback, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.TokenEndpoint);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code.Reveal(),
            ["redirect_uri"] = callback,
            ["code_verifier"] = login.CodeVerifier,
        };
        var methods = metadata.TokenEndpointAuthMethodsSupported;
        // The default of OpenID Connect Discovery 1.0 section 3.
        if (methods.Count == 0 || methods.Contains(BasicAuthentication))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(
                $"{Encode(options.ClientId!)}:{Encode(options.ClientSecret!.Reveal())}")));
        }
        else
        {
            (fields["client_id"], fields["client_secret"]) = (options.ClientId!, options.ClientSecret!.Reveal());
        }

        request.Content = new FormUrlEncodedContent(fields);
        return await http.FindJsonAsync(request, cancellationToken) is { ValueKind: JsonValueKind.Object } answer ? answer : null;
    }

    /// <summary>Describes the user of an id token. Providers may keep address and name for the userinfo endpoint (OpenID Connect Core 1.0
    /// section 5.4).</summary>
    private async Task<Result<ExternalPerson>> DescribeAsync(
        JsonElement claims, OpenIdConnectConfiguration metadata, string? accessToken, CancellationToken cancellationToken)
    {
        var subject = FindText(claims, "sub");
        var found = claims;
        if (FindText(claims, "email") is null && metadata.UserInfoEndpoint is { } endpoint && accessToken is not null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, endpoint);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
            if (await http.FindJsonAsync(request, cancellationToken) is { ValueKind: JsonValueKind.Object } user)
            {
                // OpenID Connect Core 1.0 section 5.3.2: it may be the answer about somebody else.
                if (FindText(user, "sub") != subject)
                    return Refuse("sub");

                found = user;
            }
        }

        var isVerified = found.TryGetProperty("email_verified", out var verified) && verified.ValueKind == JsonValueKind.True;
        return ExternalPerson.Describe(
                options.Issuer!, subject, FindText(found, "email"), isVerified && options.TrustEmail,
                FindText(found, "name") ?? FindText(claims, "name")) is { } person
            ? person
            : Refuse("sub");
    }

    private static string? FindText(JsonElement json, string name) => IdTokenReader.FindText(json, name);

    /// <summary>Encodes an id or a secret for Basic authentication (RFC 6749 section 2.3.1).</summary>
    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private AuthError Refuse(string fault)
    {
        LogRefused(Name, fault);
        return ExternalFault.ProviderAnswerInvalid;
    }

    [LoggerMessage(LogLevel.Warning, "The answer of the provider {Provider} was refused: {Fault}.")]
    private partial void LogRefused(string provider, string fault);
}
