using System.Collections.Frozen;

namespace Btec.Api.Platform.Errors;

/// <summary>The error words that OAuth endpoints answer, with status 400 (RFC 6749 section 5.2), but for a login that needs its second factor
/// or a link.</summary>
internal static class OAuthErrorCode
{
    private const string InvalidRequest = "invalid_request";
    private const string InvalidGrant = "invalid_grant";
    private const string UnsupportedGrantType = "unsupported_grant_type";
    private const string InvalidClient = "invalid_client";
    private const string UnauthorizedClient = "unauthorized_client";
    private const string InvalidScope = "invalid_scope";
    private const string InvalidTarget = "invalid_target";
    private const string MfaRequired = "mfa_required";
    private const string LinkRequired = "link_required";

    private static readonly FrozenDictionary<string, string> Words = new (string Word, AuthError[] Errors)[]
    {
        (InvalidRequest, [AuthError.TokenRequestInvalid]),
        (UnsupportedGrantType, [AuthError.GrantTypeUnsupported]),
        (InvalidGrant,
        [
            AuthError.InvalidCredentials, AuthError.AccountInactive, AuthError.RefreshTokenInvalid, AuthError.RefreshTokenExpired,
            AuthError.RefreshTokenReused, AuthError.SessionEnded, AuthError.CodeWrong, AuthError.MfaTokenInvalid, AuthError.PasskeyInvalid,
            AuthError.AuthorizationCodeInvalid, AuthError.AuthorizationCodeExpired, AuthError.AuthorizationCodeReused,
            AuthError.TokenOfOtherClient, AuthError.ExternalCodeInvalid, AuthError.RegistrationClosed, AuthError.EmailRequired,
            AuthError.EmailTaken,
        ]),
        (InvalidClient, [AuthError.ClientInvalid]),
        (UnauthorizedClient, [AuthError.GrantTypeNotAllowed]),
        (InvalidScope, [AuthError.ScopeInvalid]),
        (InvalidTarget, [AuthError.ResourceInvalid]),
        (MfaRequired, [AuthError.MfaRequired]),
        (LinkRequired, [AuthError.LinkRequired]),
    }.SelectMany(group => group.Errors, (group, error) => KeyValuePair.Create(error.Code, group.Word))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns the OAuth error word of an error.</summary>
    /// <exception cref="KeyNotFoundException">OAuth endpoints never answer this error in OAuth's form.</exception>
    public static string Of(AuthError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Words[error.Code];
    }

    /// <summary>Returns the status of an error.</summary>
    public static int StatusOf(AuthError error) =>
        error == AuthError.MfaRequired || error == AuthError.LinkRequired ? StatusCodes.Status403Forbidden
        : error == AuthError.ClientInvalid ? StatusCodes.Status401Unauthorized
        : StatusCodes.Status400BadRequest;

    /// <summary>Returns whether OAuth endpoints answer an error in OAuth's form.</summary>
    public static bool Has(AuthError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Words.ContainsKey(error.Code);
    }
}
