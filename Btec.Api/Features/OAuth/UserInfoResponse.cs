using System.Globalization;
using System.Text.Json.Serialization;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.OAuth;

/// <summary>The claims about a user that a client may read (OpenID Connect Core 1.0 section 5.3.2).</summary>
[JsonExample("""{"sub": "1", "name": "Ada", "email": "ada@example.com", "email_verified": true}""")]
public sealed record UserInfoResponse
{
    /// <summary>The user's id, as in the id token. It is never given to another user.</summary>
    public required string Sub { get; init; }

    /// <summary>The user's name, if there is one. Only with the scope profile.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>The user's e-mail address. Only with the scope email.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Email { get; init; }

    /// <summary>True if the address has been confirmed. Only with the scope email.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? EmailVerified { get; init; }

    internal static UserInfoResponse From(CurrentUser caller) => new()
    {
        Sub = caller.User.Id.ToString(CultureInfo.InvariantCulture),
        Name = caller.HasScope(ScopeRules.Profile) ? caller.User.FullName : null,
        Email = caller.HasScope(ScopeRules.Email) ? caller.User.Email : null,
        EmailVerified = caller.HasScope(ScopeRules.Email) ? caller.User.EmailVerifiedAt is not null : null,
    };
}
