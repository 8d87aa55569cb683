using System.Collections.Frozen;

namespace Btec.Api.Platform.Errors;

/// <summary>The error words that OAuth endpoints answer, always with status 400 (RFC 6749 section 5.2).</summary>
internal static class OAuthErrorCode
{
    private const string InvalidRequest = "invalid_request";
    private const string InvalidGrant = "invalid_grant";
    private const string UnsupportedGrantType = "unsupported_grant_type";

    private static readonly FrozenDictionary<string, string> Words = new (string Word, AuthError[] Errors)[]
    {
        (InvalidRequest, [AuthError.TokenRequestInvalid]),
        (UnsupportedGrantType, [AuthError.GrantTypeUnsupported]),
        (InvalidGrant,
        [
            AuthError.InvalidCredentials, AuthError.AccountInactive, AuthError.RefreshTokenInvalid, AuthError.RefreshTokenExpired,
            AuthError.RefreshTokenReused, AuthError.SessionEnded,
        ]),
    }.SelectMany(group => group.Errors, (group, error) => KeyValuePair.Create(error.Code, group.Word))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns the OAuth error word of an error.</summary>
    /// <exception cref="KeyNotFoundException">OAuth endpoints never answer this error in OAuth's form.</exception>
    public static string Of(AuthError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Words[error.Code];
    }

    /// <summary>Returns whether OAuth endpoints answer an error in OAuth's form.</summary>
    public static bool Has(AuthError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Words.ContainsKey(error.Code);
    }
}
