using Btec.Api.Platform.Errors;

namespace Btec.Api.Features.Authorize;

/// <summary>The outcome of a logout that a client begins.</summary>
internal abstract record LogoutOutcome
{
    private LogoutOutcome()
    {
    }

    /// <summary>The client or the redirect URI is not known to be right, so that nothing is done.</summary>
    public sealed record Refused(AuthError Error) : LogoutOutcome;

    /// <summary>The user must be asked.</summary>
    public sealed record Asked : LogoutOutcome;

    /// <summary>Nobody is signed in any more.</summary>
    /// <param name="RedirectUri">The client's URI with its state, or <see langword="null"/> if the client sent none.</param>
    public sealed record Done(string? RedirectUri) : LogoutOutcome;
}
