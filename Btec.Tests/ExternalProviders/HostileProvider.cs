using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.ExternalProviders;

/// <summary>Several OpenID Connect providers and a GitHub, which say whatever a test wants. The first segment of a path is the
/// issuer.</summary>
internal sealed class HostileProvider : IAsyncDisposable
{
    public const string ClientId = "btec-at-provider";
    public const string Secret = "a-secret:of+provider";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Grant> _grants = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Grant> _tokens = new(StringComparer.Ordinal);
    private (string Id, RSA Key) _key = ("key-1", RSA.Create(2048));

    private HostileProvider(WebApplication app) => _app = app;

    /// <summary>The clock of the tokens.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public string Root => _app.Urls.First();

    /// <summary>Changes the metadata of the next answers.</summary>
    public Action<JsonObject>? ChangeMetadata { get; set; }

    /// <summary>The answer to every request but those for tokens, in place of its own.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    /// <summary>The number of requests for keys.</summary>
    public int KeyRequests { get; private set; }

    /// <summary>The public key as the provider publishes it.</summary>
    public string PublicModulus => Base64Url.EncodeToString(_key.Key.ExportParameters(false).Modulus!);

    public static async Task<HostileProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var provider = new HostileProvider(builder.Build());
        provider._app.Run(provider.AnswerAsync);
        await provider._app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    /// <summary>Signs a person in, and returns what the browser brings back.</summary>
    public Dictionary<string, string?> SignIn(string authorizationUrl, PersonAtProvider person)
    {
        var query = QueryHelpers.ParseQuery(new Uri(authorizationUrl).Query);
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        _grants[code] = new Grant(
            person, query.GetValueOrDefault("nonce").ToString(), query["code_challenge"].ToString(), query["redirect_uri"].ToString(),
            new Uri(authorizationUrl).Segments[1].Trim('/'));
        var answer = new Dictionary<string, string?>(StringComparer.Ordinal) { ["code"] = code, ["state"] = query["state"] };
        if (_grants[code].Issuer == ExternalApi.Strict)
            answer["iss"] = $"{Root}/{ExternalApi.Strict}";

        return answer;
    }

    /// <summary>Replaces the key.</summary>
    public void RotateKey()
    {
        _key.Key.Dispose();
        _key = ($"{_key.Id}+", RSA.Create(2048));
    }

    public async ValueTask DisposeAsync()
    {
        _key.Key.Dispose();
        await _app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.ToString();
        if (path.EndsWith("/token", StringComparison.Ordinal))
            return RedeemAsync(context);

        if (Answer is { } answer)
            return answer(context);

        var issuer = $"{Root}/{path.Split('/')[1]}";
        return path.Split('/')[^1] switch
        {
            "openid-configuration" => WriteAsync(context, DescribeMetadata(issuer)),
            "jwks" => WriteAsync(context, DescribeKeys()),
            "userinfo" => WriteAsync(context, DescribeUser(FindGrant(context).Person)),
            "user" => WriteAsync(context, new JsonObject
            {
                ["id"] = long.Parse(FindGrant(context).Person.Subject, System.Globalization.CultureInfo.InvariantCulture),
                ["login"] = "ada",
                ["name"] = FindGrant(context).Person.Name,
                ["email"] = "shown@example.com",
            }),
            "emails" => WriteAsync(context, FindGrant(context).Person.Emails!.DeepClone()),
            _ => Task.FromException(new InvalidOperationException(path)),
        };
    }

    private static JsonNode DescribeUser(PersonAtProvider person) =>
        person.UserInfo?.DeepClone() ?? new JsonObject { ["sub"] = person.Subject };

    private JsonObject DescribeMetadata(string issuer)
    {
        var metadata = new JsonObject
        {
            ["issuer"] = issuer,
            ["authorization_endpoint"] = $"{issuer}/authorize",
            ["token_endpoint"] = $"{issuer}/token",
            ["userinfo_endpoint"] = $"{issuer}/userinfo",
            ["jwks_uri"] = $"{issuer}/jwks",
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256", "HS256", "none"),
            ["authorization_response_iss_parameter_supported"] = issuer.EndsWith("/strict", StringComparison.Ordinal),
        };
        ChangeMetadata?.Invoke(metadata);
        return metadata;
    }

    private JsonObject DescribeKeys()
    {
        KeyRequests++;
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["kid"] = _key.Id,
                ["n"] = PublicModulus,
                ["e"] = "AQAB",
            }),
        };
    }

    private async Task RedeemAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (!_grants.TryRemove(form["code"].ToString(), out var grant) || grant.Challenge != challenge
            || grant.RedirectUri != form["redirect_uri"] || !IsAuthenticated(context, form))
        {
            context.Response.StatusCode = 400;
            await WriteAsync(context, new JsonObject { ["error"] = "invalid_grant" });
            return;
        }

        if (grant.Person.Answer is { } answer)
        {
            await answer(context);
            return;
        }

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        _tokens[token] = grant;
        await WriteAsync(context, new JsonObject
        {
            ["access_token"] = token,
            ["token_type"] = "Bearer",
            ["id_token"] = SignIdToken(grant),
        });
    }

    private static bool IsAuthenticated(HttpContext context, IFormCollection form)
    {
        if (form.TryGetValue("client_secret", out var sent))
            return form["client_id"] == ClientId && sent == Secret;

        var basic = Encoding.ASCII.GetString(Convert.FromBase64String(context.Request.Headers.Authorization.ToString()["Basic ".Length..]));
        return basic.Split(':').Select(part => WebUtility(part)).SequenceEqual(
            [ClientId, Secret], StringComparer.Ordinal);

        static string WebUtility(string text) => System.Net.WebUtility.UrlDecode(text);
    }

    private string SignIdToken(Grant grant)
    {
        var person = grant.Person;
        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = $"{Root}/{grant.Issuer}",
            ["aud"] = ClientId,
            ["sub"] = person.Subject,
            ["nonce"] = grant.Nonce,
            ["iat"] = now,
            ["exp"] = now + 300,
        };
        if (person.UserInfo is null && person.Email is not null)
            claims["email"] = person.Email;

        if (person.UserInfo is null && person.EmailVerified is not null)
            claims["email_verified"] = person.EmailVerified.DeepClone();

        if (person.Name is not null)
            claims["name"] = person.Name;

        person.ChangeClaims?.Invoke(claims);
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = _key.Id };
        person.ChangeHeader?.Invoke(header);
        return TokenForge.Sign(
            header, claims, person.Sign ?? (input => _key.Key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    private Grant FindGrant(HttpContext context) => _tokens[context.Request.Headers.Authorization.ToString()["Bearer ".Length..]];

    private static Task WriteAsync(HttpContext context, JsonNode json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString());
    }

    private sealed record Grant(PersonAtProvider Person, string Nonce, string Challenge, string RedirectUri, string Issuer);
}
