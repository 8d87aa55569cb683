using Btec.Api.Features.OAuth;
using Btec.Data.Model;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The parameters that every authorization request to a provider has (RFC 6749 section 4.1.1, RFC 7636 section 4.3).</summary>
internal static class AuthorizationParameters
{
    public static IEnumerable<KeyValuePair<string, string?>> List(
        string clientId, string scopes, ExternalLogin login, string state, string callback)
    {
        ArgumentNullException.ThrowIfNull(login);
        return
        [
            new("response_type", "code"),
            new("client_id", clientId),
            new("redirect_uri", callback),
            new("scope", scopes),
            new("state", state),
            new("code_challenge", CodeVerifier.ChallengeOf(login.CodeVerifier)),
            new("code_challenge_method", "S256"),
        ];
    }
}
