using System.Globalization;
using Btec.Data.Model;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Issues logout tokens, which tell a client that a session has ended (OpenID Connect Back-Channel Logout 1.0 section
/// 2.4).</summary>
internal sealed class LogoutTokenIssuer(TokenKeys keys, TokenSigner signer, TimeProvider clock)
{
    /// <summary>The <c>typ</c> of a logout token, so that it is not accepted as an id token.</summary>
    public const string TokenType = "logout+jwt";

    /// <summary>The event that a logout token states.</summary>
    public const string Event = "http://schemas.openid.net/event/backchannel-logout";

    /// <summary>The lifetime of a logout token: two minutes, the maximum that section 4 recommends. Each attempt to deliver it gets
    /// a new one.</summary>
    private static readonly TimeSpan _lifetime = TimeSpan.FromMinutes(2);

    /// <summary>Issues a logout token for an attempt to deliver a notice. Each has a <c>jti</c> of its own: a client may refuse one that it
    /// has seen before (section 2.6), but must accept that the user is signed out already (section 2.8).</summary>
    public ValueTask<string> IssueAsync(LogoutNotice notice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notice);
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Sub] = notice.UserId.ToString(CultureInfo.InvariantCulture),
            [TokenClaims.SessionId] = notice.SessionId.ToString("D"),
            [JwtRegisteredClaimNames.Jti] = string.Create(CultureInfo.InvariantCulture, $"{notice.Id:D}.{notice.Attempts}"),
            ["events"] = new Dictionary<string, object>(StringComparer.Ordinal) { [Event] = new Dictionary<string, object>(StringComparer.Ordinal) },
        };
        return signer.SignAsync(keys.IdTokens, TokenType, notice.ClientId, clock.GetStoredNow(), _lifetime, claims, cancellationToken);
    }
}
