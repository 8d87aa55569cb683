using System.Globalization;

namespace Btec.Api.Platform.Errors;

/// <summary>The WWW-Authenticate header: of every 401, and of a 403 for want of a scope (RFC 6750 section 3).</summary>
internal static class WwwAuthenticate
{
    private const string Bearer = "Bearer";
    private const string Basic = "Basic";
    private const string StepUp = "insufficient_user_authentication";

    /// <summary>Sets the header of a caller who has to prove again who they are (RFC 9470 section 3).</summary>
    /// <param name="response">The response.</param>
    /// <param name="maxAgeSeconds">The longest time since the proof, in seconds.</param>
    /// <param name="acrValues">The classes of proof that suffice, separated by spaces.</param>
    public static void SetStepUp(HttpResponse response, int maxAgeSeconds, string acrValues) =>
        response.Headers.WWWAuthenticate = string.Create(
            CultureInfo.InvariantCulture,
            $"{Bearer} error=\"{StepUp}\", error_description=\"{AuthError.StepUpRequired.Title}\", max_age=\"{maxAgeSeconds}\", acr_values=\"{acrValues}\"");

    /// <summary>Sets the header of a token that does not open the route (RFC 6750 section 3.1).</summary>
    /// <param name="scope">The scope that the route requires, or <see langword="null"/> if no scope opens it.</param>
    public static void SetInsufficientScope(HttpResponse response, string? scope) =>
        response.Headers.WWWAuthenticate =
            $"{Bearer} error=\"insufficient_scope\", error_description=\"{AuthError.InsufficientScope.Title}\""
            + (scope is null ? "" : $", scope=\"{scope}\"");

    /// <summary>Sets the header of a client that has not authenticated: the scheme that it used (RFC 6749 section 5.2). Without one, it must
    /// not be Basic, for which a browser would ask its user.</summary>
    public static void SetClient(HttpContext context)
    {
        var usedBasic = context.Request.Headers.Authorization.ToString().StartsWith(Basic, StringComparison.OrdinalIgnoreCase);
        context.Response.Headers.WWWAuthenticate = usedBasic ? $"{Basic} realm=\"btec\", charset=\"UTF-8\"" : Bearer;
    }

    /// <summary>Sets the header. It names an error only when a token was sent (RFC 6750 section 3.1).</summary>
    public static void Set(HttpResponse response, AuthError error)
    {
        if (response.Headers.WWWAuthenticate.Count > 0)
            return;

        var word = error == AuthError.TokenExpired || error == AuthError.TokenInvalid ? "invalid_token"
            : error == AuthError.StepUpRequired ? StepUp
            : null;
        response.Headers.WWWAuthenticate = word is null ? Bearer : $"{Bearer} error=\"{word}\", error_description=\"{error.Title}\"";
    }
}
