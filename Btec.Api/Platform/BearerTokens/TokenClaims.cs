using System.Buffers.Text;
using System.Security.Cryptography;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The names of claims, and those that several kinds of token share.</summary>
internal static class TokenClaims
{
    /// <summary>The claim with the user's id, as a number.</summary>
    public const string UserId = "uid";

    /// <summary>The claim with the session's id, named by OpenID Connect Front-Channel Logout 1.0 section 3.</summary>
    public const string SessionId = "sid";

    /// <summary>The claim with the client's id (RFC 9068 section 2.2).</summary>
    public const string ClientId = "client_id";

    /// <summary>The claim with the scopes, separated by spaces (RFC 9068 section 2.2.3).</summary>
    public const string Scope = "scope";

    /// <summary>The claim that says whether the address in <c>sub</c> was confirmed (OpenID Connect Core 1.0 section 5.1).</summary>
    public const string EmailVerified = "email_verified";

    /// <summary>The claim with the user's roles (RFC 9068 section 2.2.3.1).</summary>
    public const string Roles = "roles";

    /// <summary>The claim with the time at which the user last proved who they are, in seconds since 1970-01-01 UTC (RFC 9068 section
    /// 2.2.1).</summary>
    public const string AuthTime = "auth_time";

    /// <summary>The claim that says how the user did (RFC 8176).</summary>
    public const string Amr = "amr";

    /// <summary>The claim with the class of that proof (OpenID Connect Core 1.0 section 2).</summary>
    public const string Acr = "acr";

    /// <summary>The number of random bytes in <c>jti</c>. RFC 7519 section 4.1.7 requires that the probability of a collision is
    /// negligible.</summary>
    private const int TokenIdBytes = 16;

    /// <summary>Adds the session and how its user has proved who they are.</summary>
    public static void AddSession(this Dictionary<string, object> claims, Session session)
    {
        claims[SessionId] = session.Id.ToString("D");
        claims[AuthTime] = (session.AuthTime ?? session.CreatedAt).ToUnixTimeSeconds();
        claims[Amr] = AuthenticationMethods.Split(session.Amr);
        claims[Acr] = AuthenticationMethods.AcrOf(session.Amr);
    }

    /// <summary>Adds a random token id.</summary>
    public static void AddTokenId(this Dictionary<string, object> claims) =>
        claims[JwtRegisteredClaimNames.Jti] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenIdBytes));
}
