using System.Globalization;
using System.Text.Json.Serialization;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Features.OAuth;

/// <summary>The state and the claims of a token (RFC 7662 section 2.2). An inactive token has no claims.</summary>
[JsonExample("""
    {
        "active": true, "token_type": "access_token", "username": "ada@example.com", "sub": "ada@example.com", "uid": 1,
        "sid": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69", "iat": 1769851800, "exp": 1770543000, "iss": "btec", "aud": "btec-api",
        "jti": "Qm9sdHptYW5uLUNvbnN0YQ", "email_verified": true, "client_id": "btec", "auth_time": 1769851800,
        "amr": ["pwd"], "acr": "urn:btec:acr:1"
    }
    """)]
public sealed record IntrospectionResponse
{
    /// <summary>True if the token was issued here, has not expired, and its session and user are active.</summary>
    public required bool Active { get; init; }

    /// <summary>access_token or refresh_token.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TokenType { get; init; }

    /// <summary>The user's current e-mail address. Not for tokens of registered clients.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Username { get; init; }

    /// <summary>The sub of the token: the e-mail address, or for registered clients the user's id. If the user has another address now, a
    /// token with the former one is inactive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sub { get; init; }

    /// <summary>The user's id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Uid { get; init; }

    /// <summary>The session's id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Sid { get; init; }

    /// <summary>The time at which the token was issued, in seconds since 1970-01-01 UTC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Iat { get; init; }

    /// <summary>The time at which the token expires, in seconds since 1970-01-01 UTC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Exp { get; init; }

    /// <summary>The issuer of the access token.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Iss { get; init; }

    /// <summary>The audience of the access token.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Aud { get; init; }

    /// <summary>The id of the access token.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Jti { get; init; }

    /// <summary>True if the user's e-mail address has been confirmed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? EmailVerified { get; init; }

    /// <summary>The user's roles now, if there are any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>The client that the token was issued to; btec for those of the API's own routes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClientId { get; init; }

    /// <summary>The scopes of a registered client's token, separated by spaces.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Scope { get; init; }

    /// <summary>The time at which the user last proved who they are, in seconds since 1970-01-01 UTC, as the session has it now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? AuthTime { get; init; }

    /// <summary>The authentication methods (RFC 8176), as the session has them now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Amr { get; init; }

    /// <summary>The class of that proof: urn:btec:acr:1, urn:btec:acr:mfa or phr.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Acr { get; init; }

    /// <summary>Describes a token that a client got for itself.</summary>
    internal static IntrospectionResponse From(JsonWebToken token, string? scope)
    {
        ArgumentNullException.ThrowIfNull(token);
        return new IntrospectionResponse
        {
            Active = true,
            TokenType = "access_token",
            Sub = token.Subject,
            Iat = EpochTime.GetIntDate(token.IssuedAt),
            Exp = EpochTime.GetIntDate(token.ValidTo),
            Iss = token.Issuer,
            Aud = token.Audiences.FirstOrDefault(),
            Jti = token.Id,
            ClientId = token.Subject,
            Scope = scope,
        };
    }

    internal static IntrospectionResponse From(ActiveToken? token) => token is null
        ? new IntrospectionResponse { Active = false }
        : new IntrospectionResponse
        {
            Active = true,
            TokenType = token.TokenType,
            // A resource server of a third party needs no address: the client has that from userinfo, if it was granted.
            Username = token.Session.ClientId is null ? token.Session.User.Email : null,
            Sub = token.AccessToken?.Subject ?? SubjectOf(token.Session),
            Uid = token.Session.User.Id,
            Sid = token.Session.SessionId,
            Iat = EpochTime.GetIntDate(token.IssuedAt),
            Exp = EpochTime.GetIntDate(token.ExpiresAt),
            Iss = token.AccessToken?.Issuer,
            Aud = token.AccessToken?.Audiences.FirstOrDefault(),
            Jti = token.AccessToken?.Id,
            EmailVerified = token.Session.User.EmailVerifiedAt is not null,
            Roles = token.Session.User.Roles is { Count: > 0 } roles ? roles : null,
            ClientId = token.Session.ClientId ?? AccessTokenIssuer.ClientId,
            Scope = token.Scope,
            AuthTime = token.Session.AuthTime.ToUnixTimeSeconds(),
            Amr = AuthenticationMethods.Split(token.Session.Amr),
            Acr = AuthenticationMethods.AcrOf(token.Session.Amr),
        };

    private static string SubjectOf(ActiveSession session) =>
        session.ClientId is null ? session.User.Email : session.User.Id.ToString(CultureInfo.InvariantCulture);
}
