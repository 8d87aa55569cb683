using Btec.Api.Platform.BearerTokens;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.Authorize;

/// <summary>The authorization codes: 256 random bits, of which the database stores the SHA-256.</summary>
internal sealed class AuthorizationCodes(BtecDbContext database, TimeProvider clock)
{
    /// <summary>The lifetime of a code: 60 seconds (the API contract; RFC 6749 section 4.1.2 recommends at most 10 minutes).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>Adds a code, which the next save stores.</summary>
    /// <returns>The code, which is stored nowhere.</returns>
    public string Add(AuthorizationRequest request, CurrentUser browser)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(browser);
        var code = RandomSecret.Create();
        var now = clock.GetStoredNow();
        database.AuthorizationCodes.Add(new AuthorizationCode
        {
            Hash = RandomSecret.FindHash(code)!,
            ClientId = request.ClientId,
            UserId = browser.User.Id,
            BrowserSessionId = browser.SessionId,
            RedirectUri = request.RedirectUri,
            Scope = request.Scope,
            Nonce = request.Nonce,
            CodeChallenge = request.CodeChallenge,
            Resource = request.Resource,
            AuthTime = browser.AuthTime,
            Amr = browser.Amr,
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
        });
        return code;
    }
}
