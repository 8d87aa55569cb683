using System.Collections.Frozen;

namespace Btec.Api.Platform.Errors;

/// <summary>The HTTP statuses of problems (RFC 9457).</summary>
internal static class ProblemStatus
{
    private static readonly FrozenDictionary<string, int> Statuses = new (int Status, AuthError[] Errors)[]
    {
        (StatusCodes.Status400BadRequest, [AuthError.MalformedBody, AuthError.MalformedRequest, AuthError.LinkInvalid, AuthError.MfaTokenInvalid,
            AuthError.ClientUnknown, AuthError.RedirectUriInvalid, AuthError.LinkTokenInvalid, AuthError.ExternalLoginInvalid,
            AuthError.ExternalCodeInvalid]),
        (StatusCodes.Status401Unauthorized,
            [AuthError.NotAuthenticated, AuthError.TokenExpired, AuthError.TokenInvalid, AuthError.InvalidCredentials, AuthError.CodeWrong,
            AuthError.PasskeyInvalid, AuthError.StepUpRequired, AuthError.NotSignedIn]),
        (StatusCodes.Status403Forbidden,
            [AuthError.AccountInactive, AuthError.PasswordWrong, AuthError.RegistrationClosed, AuthError.Forbidden, AuthError.MfaRequired,
            AuthError.EmailUnverified, AuthError.CrossSiteRequest, AuthError.InsufficientScope, AuthError.LinkRequired,
            AuthError.EmailRequired]),
        (StatusCodes.Status404NotFound, [AuthError.NotFound]),
        (StatusCodes.Status405MethodNotAllowed, [AuthError.MethodNotAllowed]),
        (StatusCodes.Status408RequestTimeout, [AuthError.RequestTimeout]),
        (StatusCodes.Status409Conflict, [AuthError.EmailTaken, AuthError.LastSuperuser, AuthError.OwnAccount, AuthError.TooManyFactors, AuthError.PasskeyExists,
            AuthError.ClientConfigured, AuthError.ClientPublic, AuthError.TooManyWebhooks, AuthError.WebhookInactive,
            AuthError.IdentityTaken, AuthError.LastSignInMethod]),
        (StatusCodes.Status413PayloadTooLarge, [AuthError.BodyTooLarge]),
        (StatusCodes.Status414UriTooLong, [AuthError.UriTooLong]),
        (StatusCodes.Status415UnsupportedMediaType, [AuthError.UnsupportedMediaType]),
        (StatusCodes.Status422UnprocessableEntity, [AuthError.ValidationFailed]),
        (StatusCodes.Status429TooManyRequests, [AuthError.RateLimited]),
        (StatusCodes.Status431RequestHeaderFieldsTooLarge, [AuthError.HeadersTooLarge]),
        (StatusCodes.Status500InternalServerError, [AuthError.InternalError]),
        (StatusCodes.Status503ServiceUnavailable, [AuthError.Unavailable, AuthError.Busy, AuthError.ProviderUnavailable]),
    }.SelectMany(group => group.Errors, (group, error) => KeyValuePair.Create(error.Code, group.Status))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns the status of an error, unless its route has another one for it.</summary>
    /// <exception cref="KeyNotFoundException">Only OAuth endpoints answer this error.</exception>
    public static int Of(AuthError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Statuses[error.Code];
    }

    /// <summary>Returns whether an error can be answered as a problem.</summary>
    public static bool Has(AuthError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Statuses.ContainsKey(error.Code);
    }

    /// <summary>Returns the error for a status that the framework set by itself.</summary>
    public static AuthError ToError(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => AuthError.NotAuthenticated,
        StatusCodes.Status403Forbidden => AuthError.Forbidden,
        StatusCodes.Status404NotFound => AuthError.NotFound,
        StatusCodes.Status405MethodNotAllowed => AuthError.MethodNotAllowed,
        StatusCodes.Status408RequestTimeout => AuthError.RequestTimeout,
        StatusCodes.Status413PayloadTooLarge => AuthError.BodyTooLarge,
        StatusCodes.Status414UriTooLong => AuthError.UriTooLong,
        StatusCodes.Status415UnsupportedMediaType => AuthError.UnsupportedMediaType,
        StatusCodes.Status422UnprocessableEntity => AuthError.ValidationFailed,
        StatusCodes.Status429TooManyRequests => AuthError.RateLimited,
        StatusCodes.Status431RequestHeaderFieldsTooLarge => AuthError.HeadersTooLarge,
        StatusCodes.Status503ServiceUnavailable => AuthError.Unavailable,
        StatusCodes.Status505HttpVersionNotsupported => AuthError.MalformedRequest,
        >= StatusCodes.Status500InternalServerError => AuthError.InternalError,
        _ => AuthError.MalformedRequest,
    };
}
