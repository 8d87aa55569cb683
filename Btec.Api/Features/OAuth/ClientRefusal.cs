using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;

namespace Btec.Api.Features.OAuth;

/// <summary>The answers to clients whose authentication failed (RFC 6749 section 5.2).</summary>
internal static class ClientRefusal
{
    /// <summary>Returns the answer. A client that has not named itself is unknown, too.</summary>
    public static OAuthProblemResult ToOAuthProblem(this ClientAuthenticationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new OAuthProblemResult(result.Match(
            _ => throw new InvalidOperationException("The client is known."),
            () => AuthError.ClientInvalid,
            _ => AuthError.ClientInvalid,
            () => AuthError.TokenRequestInvalid));
    }
}
