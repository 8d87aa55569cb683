using Btec.Data.Keys;

namespace Btec.Api.Features.BrowserSessions;

/// <summary>The session of a browser whose user has just signed in.</summary>
/// <param name="Cookie">The value of the cookie, which is stored nowhere.</param>
/// <param name="Lifetime">The time until the session ends whatever its use. Browsers keep the cookie so long; that the session was idle, the
/// server decides.</param>
internal sealed record NewBrowserSession(Secret Cookie, TimeSpan Lifetime);
