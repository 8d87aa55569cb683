using Btec.Api.Platform.Errors;
using Btec.Data.Keys;

namespace Btec.Api.Features.Authorize;

/// <summary>The outcome of an authorization request.</summary>
internal abstract record AuthorizationOutcome
{
    private AuthorizationOutcome()
    {
    }

    /// <summary>The client or the redirect URI is not known to be right, so that nothing is redirected.</summary>
    public sealed record Refused(AuthError Error) : AuthorizationOutcome;

    /// <summary>The client is told the outcome.</summary>
    /// <param name="Uri">The redirect URI with the code or the error, which is a secret.</param>
    public sealed record Answered(Secret Uri) : AuthorizationOutcome;

    /// <summary>The request waits for its user.</summary>
    /// <param name="Id">The id of the request.</param>
    /// <param name="Need">The step that the user must take.</param>
    public sealed record Waiting(Secret Id, AuthorizationNeed Need) : AuthorizationOutcome;
}
