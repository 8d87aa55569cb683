namespace Btec.Tests.Sessions;

/// <summary>The expected response.</summary>
/// <param name="Outcome"><c>ok</c>, or the code of the error.</param>
/// <param name="Successor">The number of the returned refresh token in its session.</param>
/// <param name="ExpiresIn">The remaining lifetime of the access token, in seconds.</param>
/// <param name="RefreshExpiresIn">The remaining lifetime of the refresh token, in seconds.</param>
internal sealed record Expected(string Outcome, int Successor = -1, long ExpiresIn = 0, long RefreshExpiresIn = 0)
{
    /// <summary><see langword="true"/> once a session has been expired for a day: it may be deleted, and its tokens
    /// unknown.</summary>
    public bool MayBeGone { get; init; }
}
