namespace Btec.Api.Platform.Errors;

/// <summary>The WWW-Authenticate header of every 401 (RFC 6750 section 3).</summary>
internal static class WwwAuthenticate
{
    private const string Bearer = "Bearer";

    /// <summary>Sets the header. It names an error only when a token was sent (RFC 6750 section 3.1).</summary>
    public static void Set(HttpResponse response, AuthError error)
    {
        if (response.Headers.WWWAuthenticate.Count > 0)
            return;

        response.Headers.WWWAuthenticate = error == AuthError.TokenExpired || error == AuthError.TokenInvalid
            ? $"{Bearer} error=\"invalid_token\", error_description=\"{error.Title}\""
            : Bearer;
    }
}
