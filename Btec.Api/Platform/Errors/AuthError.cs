using System.Collections.Frozen;

namespace Btec.Api.Platform.Errors;

/// <summary>Every failure that a client can meet: one entry a <c>code</c>. Codes are stable; the README lists them.</summary>
/// <param name="Code">A snake_case word for programs.</param>
/// <param name="Status">The HTTP status it is answered with.</param>
/// <param name="Title">A short sentence, the same for every occurrence.</param>
/// <param name="Detail">What the caller can do about it.</param>
/// <param name="OAuthError">Where the token endpoint answers it: the error of RFC 6749 section 5.2.</param>
public sealed record AuthError(string Code, int Status, string Title, string Detail, string? OAuthError = null)
{
    private const string InvalidRequest = "invalid_request";
    private const string InvalidGrant = "invalid_grant";

    public static readonly AuthError MalformedBody = new(
        "malformed_body", StatusCodes.Status400BadRequest, "The body cannot be read.",
        "The body is not in the format that its Content-Type names, or not UTF-8.");

    public static readonly AuthError MalformedRequest = new(
        "malformed_request", StatusCodes.Status400BadRequest, "The request cannot be read.",
        "The request breaks a rule of HTTP, or a parameter has the wrong form.");

    public static readonly AuthError LinkInvalid = new(
        "link_invalid", StatusCodes.Status400BadRequest, "The link does not work.",
        "It is unknown, was used, was followed by a newer one, or its time is over. Ask for another.");

    public static readonly AuthError NotAuthenticated = new(
        "not_authenticated", StatusCodes.Status401Unauthorized, "No access token was sent.",
        "Send an access token in the Authorization header: Bearer TOKEN.");

    public static readonly AuthError TokenExpired = new(
        "token_expired", StatusCodes.Status401Unauthorized, "The access token has expired.", "Log in again.");

    public static readonly AuthError TokenInvalid = new(
        "token_invalid", StatusCodes.Status401Unauthorized, "The access token is not accepted.",
        "It was not issued here, was changed, or belongs to nobody who may use it. Log in again.");

    public static readonly AuthError InvalidCredentials = new(
        "invalid_credentials", StatusCodes.Status401Unauthorized, "The e-mail address or the password is wrong.",
        "Check both and try again.");

    public static readonly AuthError AccountInactive = new(
        "account_inactive", StatusCodes.Status403Forbidden, "The account is inactive.",
        "An administrator has to activate it.");

    public static readonly AuthError PasswordWrong = new(
        "password_wrong", StatusCodes.Status403Forbidden, "The current password is wrong.", "Check it and try again.");

    public static readonly AuthError RegistrationClosed = new(
        "registration_closed", StatusCodes.Status403Forbidden, "Nobody can register here.", "An administrator has to make the account.");

    public static readonly AuthError Forbidden = new(
        "forbidden", StatusCodes.Status403Forbidden, "The caller may not do this.", "It takes other rights.");

    public static readonly AuthError NotFound = new(
        "not_found", StatusCodes.Status404NotFound, "There is nothing here.", "No resource has this path.");

    public static readonly AuthError MethodNotAllowed = new(
        "method_not_allowed", StatusCodes.Status405MethodNotAllowed, "The resource does not have this method.",
        "The Allow header lists its methods.");

    public static readonly AuthError RequestTimeout = new(
        "request_timeout", StatusCodes.Status408RequestTimeout, "The request came too slowly.", "Send it again.");

    public static readonly AuthError EmailTaken = new(
        "email_taken", StatusCodes.Status409Conflict, "The e-mail address is taken.",
        "Log in with it, or register another one.");

    public static readonly AuthError LastSuperuser = new(
        "last_superuser", StatusCodes.Status409Conflict, "This is the last active superuser.",
        "Make somebody else superuser first.");

    public static readonly AuthError OwnAccount = new(
        "own_account", StatusCodes.Status409Conflict, "This is the caller's own account.",
        "Another superuser has to deactivate, demote or delete it; DELETE /api/users/me deletes one's own.");

    public static readonly AuthError BodyTooLarge = new(
        "body_too_large", StatusCodes.Status413PayloadTooLarge, "The body is too large.", "A body holds at most 64 KiB.");

    public static readonly AuthError UnsupportedMediaType = new(
        "unsupported_media_type", StatusCodes.Status415UnsupportedMediaType, "The Content-Type is not accepted here.",
        "The documentation names the Content-Type that this route reads.");

    public static readonly AuthError ValidationFailed = new(
        "validation_failed", StatusCodes.Status422UnprocessableEntity, "The request has members that are not accepted.",
        "The member errors says what is wrong with each.");

    public static readonly AuthError TokenRequestInvalid = new(
        "token_request_invalid", StatusCodes.Status400BadRequest, "The token request is incomplete or malformed.",
        "Send a form with each parameter once (RFC 6749 section 4.3.2 and 6).", InvalidRequest);

    public static readonly AuthError GrantTypeUnsupported = new(
        "grant_type_unsupported", StatusCodes.Status400BadRequest, "The grant type is not offered here.",
        "Use password or refresh_token.", "unsupported_grant_type");

    public static readonly AuthError GrantInvalidCredentials = new(
        "grant_invalid_credentials", StatusCodes.Status400BadRequest, "The e-mail address or the password is wrong.",
        "Check both and try again.", InvalidGrant);

    public static readonly AuthError GrantAccountInactive = new(
        "grant_account_inactive", StatusCodes.Status400BadRequest, "The account is inactive.",
        "An administrator has to activate it.", InvalidGrant);

    public static readonly AuthError RefreshTokenInvalid = new(
        "refresh_token_invalid", StatusCodes.Status400BadRequest, "The refresh token is not known.", "Log in again.", InvalidGrant);

    public static readonly AuthError RefreshTokenExpired = new(
        "refresh_token_expired", StatusCodes.Status400BadRequest, "The refresh token has expired.", "Log in again.", InvalidGrant);

    public static readonly AuthError RefreshTokenReused = new(
        "refresh_token_reused", StatusCodes.Status400BadRequest, "The refresh token was used before.",
        "A copy of it is about, so its session has ended. Log in again.", InvalidGrant);

    public static readonly AuthError SessionEnded = new(
        "session_ended", StatusCodes.Status400BadRequest, "The session has ended.", "Log in again.", InvalidGrant);

    public static readonly AuthError RateLimited = new(
        "rate_limited", StatusCodes.Status429TooManyRequests, "Too many requests.",
        "Nothing was done. Try again after the time in Retry-After.");

    public static readonly AuthError InternalError = new(
        "internal_error", StatusCodes.Status500InternalServerError, "The server failed.",
        "The failure is logged under this trace_id.");

    public static readonly AuthError Unavailable = new(
        "unavailable", StatusCodes.Status503ServiceUnavailable, "The service is unavailable.",
        "The database does not answer. Try again after the time in Retry-After.");

    public static readonly AuthError Busy = new(
        "busy", StatusCodes.Status503ServiceUnavailable, "Too many passwords wait to be hashed.",
        "Nothing was done. Try again after the time in Retry-After.");

    /// <summary>All of them, by code.</summary>
    public static readonly FrozenDictionary<string, AuthError> All = new[]
    {
        MalformedBody, MalformedRequest, LinkInvalid, NotAuthenticated, TokenExpired, TokenInvalid, InvalidCredentials, AccountInactive,
        PasswordWrong, RegistrationClosed, Forbidden, NotFound, MethodNotAllowed, RequestTimeout, EmailTaken, LastSuperuser, OwnAccount,
        BodyTooLarge, UnsupportedMediaType, ValidationFailed,
        TokenRequestInvalid, GrantTypeUnsupported, GrantInvalidCredentials, GrantAccountInactive, RefreshTokenInvalid,
        RefreshTokenExpired, RefreshTokenReused, SessionEnded, RateLimited, InternalError, Unavailable, Busy,
    }.ToFrozenDictionary(error => error.Code, StringComparer.Ordinal);

    /// <summary>A URI that names the kind of problem and never changes (RFC 9457 section 3.1.1).</summary>
    public string Type => $"urn:btec:problem:{Code}";

    /// <summary>The entry for a status that the framework answered with by itself.</summary>
    public static AuthError FromStatus(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => NotAuthenticated,
        StatusCodes.Status403Forbidden => Forbidden,
        StatusCodes.Status404NotFound => NotFound,
        StatusCodes.Status405MethodNotAllowed => MethodNotAllowed,
        StatusCodes.Status408RequestTimeout => RequestTimeout,
        StatusCodes.Status413PayloadTooLarge => BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType,
        StatusCodes.Status422UnprocessableEntity => ValidationFailed,
        StatusCodes.Status429TooManyRequests => RateLimited,
        StatusCodes.Status503ServiceUnavailable => Unavailable,
        >= 500 => InternalError,
        _ => MalformedRequest with { Status = status },
    };
}
