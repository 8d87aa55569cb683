namespace Btec.Api.Platform.Errors;

/// <summary>An expected failure. Codes are stable and are listed in docs/api.md. The HTTP status and the OAuth error belong
/// to the answer: see <see cref="ProblemStatus"/> and <see cref="OAuthErrorCode"/>.</summary>
/// <param name="Code">A snake_case word for programs.</param>
/// <param name="Title">A short sentence, the same for every occurrence.</param>
/// <param name="Detail">A sentence that tells the caller what to do.</param>
public sealed record AuthError(string Code, string Title, string Detail)
{
    public static readonly AuthError MalformedBody = new(
        "malformed_body", "The request body cannot be read.",
        "Send a body in UTF-8, in the format that its Content-Type names.");

    public static readonly AuthError MalformedRequest = new(
        "malformed_request", "The request is malformed.",
        "The request breaks a rule of HTTP, or a parameter has the wrong form.");

    public static readonly AuthError LinkInvalid = new(
        "link_invalid", "The link does not work.",
        "The link is invalid, already used, superseded or expired. If you have used it, there is nothing left to do. Otherwise "
        + "request a new one.");

    public static readonly AuthError NotAuthenticated = new(
        "not_authenticated", "An access token is required.", "Send an access token in the Authorization header: Bearer TOKEN.");

    public static readonly AuthError TokenExpired = new(
        "token_expired", "The access token has expired.", "Exchange the refresh token for a new pair, or log in again.");

    public static readonly AuthError TokenInvalid = new(
        "token_invalid", "The access token is not valid.",
        "The token was not issued by this server, its session has ended, or its user has another address. Refresh it, or log in again.");

    public static readonly AuthError InvalidCredentials = new(
        "invalid_credentials", "The e-mail address or the password is wrong.", "Check both and try again.");

    public static readonly AuthError AccountInactive = new(
        "account_inactive", "The account is inactive.", "Ask an administrator to activate it.");

    public static readonly AuthError MfaRequired = new(
        "mfa_required", "A second factor is required.",
        "Send mfa_token with a code, a recovery code or a passkey to /api/auth/mfa within expires_in seconds; in a browser to /oauth/session.");

    public static readonly AuthError MfaTokenInvalid = new(
        "mfa_token_invalid", "The mfa_token does not work.", "It is unknown, used, expired, or had too many wrong codes. Log in again.");

    public static readonly AuthError CodeWrong = new(
        "code_wrong", "The code is wrong.", "Codes work once and for about a minute. Wait for the next one and try again.");

    public static readonly AuthError PasskeyInvalid = new(
        "passkey_invalid", "The passkey was not accepted.", "Get a new challenge and try again, or log in another way.");

    public static readonly AuthError StepUpRequired = new(
        "step_up_required", "A recent proof of identity is required.",
        "Prove who you are at /api/auth/step-up, with a second factor if you have one, then try again with the new access token.");

    public static readonly AuthError NotSignedIn = new(
        "not_signed_in", "Nobody is signed in in this browser.", "Sign in, then try again.");

    public static readonly AuthError CrossSiteRequest = new(
        "cross_site_request", "The request does not come from a page of this server.", "Open the page itself and try again.");

    public static readonly AuthError ClientUnknown = new(
        "client_unknown", "The application is not registered.",
        "The link that led here names a client that does not exist. Go back to the application and tell its operator.");

    public static readonly AuthError RedirectUriInvalid = new(
        "redirect_uri_invalid", "The application has not registered this redirect URI.",
        "The link that led here would lead to an address that is not known. Go back to the application and tell its operator.");

    public static readonly AuthError LinkRequired = new(
        "link_required", "An account with this e-mail address exists already.",
        "Prove that it is yours: log in to it and send link_token to /api/users/me/identities within expires_in seconds, or have a link "
        + "mailed by /api/auth/external/link.");

    public static readonly AuthError LinkTokenInvalid = new(
        "link_token_invalid", "The link_token does not work.",
        "It is unknown, used, expired, or of another account. Sign in at the provider again.");

    public static readonly AuthError ExternalLoginInvalid = new(
        "external_login_invalid", "The sign-in has expired.",
        "It was begun in another browser or too long ago, or is finished already. Sign in again.");

    public static readonly AuthError ExternalCodeInvalid = new(
        "external_code_invalid", "The one-time code is not valid.",
        "It is unknown, used, expired, or of another code_verifier. Sign in at the provider again.");

    public static readonly AuthError ProviderUnavailable = new(
        "provider_unavailable", "The provider is unavailable.", "Try again later, or sign in another way.");

    public static readonly AuthError EmailRequired = new(
        "email_required", "The provider confirms no e-mail address of yours.",
        "Confirm your address at the provider, or register here and link the provider in your account.");

    public static readonly AuthError IdentityTaken = new(
        "identity_taken", "This login belongs to another account.", "Unlink it there first, or use another one.");

    public static readonly AuthError LastSignInMethod = new(
        "last_sign_in_method", "You could not sign in any more.", "Set a password, or add a passkey or another provider first.");

    public static readonly AuthError EmailUnverified = new(
        "email_unverified", "The e-mail address is not confirmed.", "Confirm it by the mailed link first.");

    public static readonly AuthError TooManyFactors = new(
        "too_many_factors", "There are too many of these.", "Remove one first.");

    public static readonly AuthError PasskeyExists = new(
        "passkey_exists", "The passkey is already registered.", "Use it to log in, or remove it first.");

    public static readonly AuthError PasswordWrong = new(
        "password_wrong", "The password is wrong.",
        "Check it and try again. If you do not know it, request a link that sets a new one. If no account exists yet, register again.");

    public static readonly AuthError RegistrationClosed = new(
        "registration_closed", "Registration is closed.", "Ask an administrator to create an account for you.");

    public static readonly AuthError Forbidden = new(
        "forbidden", "You are not allowed to do this.", "Ask an administrator for access.");

    public static readonly AuthError InsufficientScope = new(
        "insufficient_scope", "The access token does not open this route.",
        "Tokens of registered clients open /oauth/userinfo, with the scope openid; those of first-party clients open the API, too.");

    public static readonly AuthError NotFound = new("not_found", "Not found.", "Nothing exists at this address.");

    public static readonly AuthError MethodNotAllowed = new(
        "method_not_allowed", "The method is not allowed here.", "The Allow header lists the methods of this resource.");

    public static readonly AuthError RequestTimeout = new(
        "request_timeout", "The request took too long to arrive.", "Send it again.");

    public static readonly AuthError EmailTaken = new(
        "email_taken", "The e-mail address is already registered.",
        "Log in, or use another address. If you do not know the password, request a link that sets a new one.");

    public static readonly AuthError LastSuperuser = new(
        "last_superuser", "This is the last active superuser.", "Make another user a superuser first.");

    public static readonly AuthError OwnAccount = new(
        "own_account", "This is your own account.",
        "Change your password, your address and your name under /api/users/me, and delete your account there. Another superuser must "
        + "deactivate or demote it.");

    public static readonly AuthError ClientConfigured = new(
        "client_configured", "This client is part of the configuration.", "Change or remove it in the setting OAuth:Clients.");

    public static readonly AuthError ClientPublic = new(
        "client_public", "A public client has no secret.", "Register a confidential client instead.");

    public static readonly AuthError TooManyWebhooks = new(
        "too_many_webhooks", "There are 50 webhooks already.", "Delete one first.");

    public static readonly AuthError WebhookInactive = new(
        "webhook_inactive", "The webhook is not active.", "Set is_active to true first.");

    public static readonly AuthError TokenOfOtherClient = new(
        "token_of_other_client", "The token was issued to another client.", "Authenticate as the client that the token was issued to.");

    public static readonly AuthError BodyTooLarge = new(
        "body_too_large", "The request body is too large.", "Send at most 64 KiB.");

    public static readonly AuthError UriTooLong = new("uri_too_long", "The URL is too long.", "Send at most 8 KiB.");

    public static readonly AuthError HeadersTooLarge = new(
        "headers_too_large", "The request headers are too large.", "Send at most 64 headers, and at most 32 KiB of them.");

    public static readonly AuthError UnsupportedMediaType = new(
        "unsupported_media_type", "The Content-Type or the Content-Encoding is not supported.",
        "Send the Content-Type that the API reference names for this route, without a Content-Encoding.");

    public static readonly AuthError ValidationFailed = new(
        "validation_failed", "The request is not valid.", "See errors for what is wrong with each member.");

    public static readonly AuthError TokenRequestInvalid = new(
        "token_request_invalid", "The token request is incomplete or malformed.",
        "Send a form with each parameter once (RFC 6749 sections 4.1.3, 4.3.2 and 6).");

    public static readonly AuthError GrantTypeUnsupported = new(
        "grant_type_unsupported", "The grant type is not supported.",
        "Use password, refresh_token, authorization_code, client_credentials, urn:btec:params:oauth:grant-type:mfa or "
        + "urn:btec:params:oauth:grant-type:external.");

    public static readonly AuthError RefreshTokenInvalid = new(
        "refresh_token_invalid", "The refresh token is not valid.", "Log in again.");

    public static readonly AuthError RefreshTokenExpired = new(
        "refresh_token_expired", "The refresh token has expired.", "Log in again.");

    public static readonly AuthError RefreshTokenReused = new(
        "refresh_token_reused", "The refresh token was used before.",
        "This refresh token may have been stolen, so the session has been ended. Log in again.");

    public static readonly AuthError AuthorizationCodeInvalid = new(
        "authorization_code_invalid", "The authorization code is not valid.",
        "It is unknown, or not of this client, redirect_uri and code_verifier. Send the user to the authorization endpoint again.");

    public static readonly AuthError AuthorizationCodeExpired = new(
        "authorization_code_expired", "The authorization code has expired.", "Send the user to the authorization endpoint again.");

    public static readonly AuthError AuthorizationCodeReused = new(
        "authorization_code_reused", "The authorization code was used before.",
        "This code may have been stolen, so the session that came of it has been ended. Send the user to the authorization endpoint again.");

    public static readonly AuthError ClientInvalid = new(
        "client_invalid", "The client is not known.", "Check client_id and how the client authenticates.");

    public static readonly AuthError GrantTypeNotAllowed = new(
        "grant_type_not_allowed", "The client may not use this grant type.", "Ask the operator to allow it for the client.");

    public static readonly AuthError ScopeInvalid = new(
        "scope_invalid", "The scope is not allowed.", "Ask for scopes that were granted.");

    public static readonly AuthError ResourceInvalid = new(
        "resource_invalid", "The resource is not allowed.", "Ask for the one resource of the authorization request, or for none.");

    public static readonly AuthError SessionEnded = new("session_ended", "The session has ended.", "Log in again.");

    public static readonly AuthError RateLimited = new(
        "rate_limited", "Too many requests.", "Wait for the number of seconds in Retry-After, then try again.");

    public static readonly AuthError InternalError = new(
        "internal_error", "The server failed.", "The failure is logged under this trace_id.");

    public static readonly AuthError Unavailable = new(
        "unavailable", "The service is unavailable.",
        "The database is not reachable. Wait for the number of seconds in Retry-After, then try again.");

    public static readonly AuthError Busy = new(
        "busy", "The server is busy.", "Wait for the number of seconds in Retry-After, then try again.");

    /// <summary>The URI that names this kind of problem (RFC 9457 section 3.1.1). It never changes.</summary>
    public string Type => $"urn:btec:problem:{Code}";
}
