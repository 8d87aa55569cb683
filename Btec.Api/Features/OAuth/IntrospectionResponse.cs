using System.Text.Json.Serialization;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Features.OAuth;

/// <summary>What a token says (RFC 7662 section 2.2); of one that is not alive only that.</summary>
public sealed record IntrospectionResponse
{
    /// <summary>Whether the token is alive: issued here, not expired, its session and its user neither.</summary>
    public required bool Active { get; init; }

    /// <summary>access_token or refresh_token.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TokenType { get; init; }

    /// <summary>The user's e-mail address, as it is now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Username { get; init; }

    /// <summary>The user's e-mail address, as the token has it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sub { get; init; }

    /// <summary>The user's id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Uid { get; init; }

    /// <summary>The session's id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Sid { get; init; }

    /// <summary>When the token was issued, in seconds since 1970-01-01 UTC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Iat { get; init; }

    /// <summary>When the token expires, in seconds since 1970-01-01 UTC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Exp { get; init; }

    /// <summary>Who issued the access token.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Iss { get; init; }

    /// <summary>For whom the access token is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Aud { get; init; }

    /// <summary>The access token's own id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Jti { get; init; }

    internal static IntrospectionResponse From(ActiveToken? token) => token is null
        ? new IntrospectionResponse { Active = false }
        : new IntrospectionResponse
        {
            Active = true,
            TokenType = token.TokenType,
            Username = token.User.Email,
            Sub = token.AccessToken?.Subject ?? token.User.Email,
            Uid = token.User.Id,
            Sid = token.SessionId,
            Iat = EpochTime.GetIntDate(token.IssuedAt),
            Exp = EpochTime.GetIntDate(token.ExpiresAt),
            Iss = token.AccessToken?.Issuer,
            Aud = token.AccessToken?.Audiences.FirstOrDefault(),
            Jti = token.AccessToken?.Id,
        };
}
