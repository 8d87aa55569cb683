using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Btec.Data.Model;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Issues id tokens, which tell a client who has signed in (OpenID Connect Core 1.0 section 2). Addresses and names come from
/// the userinfo endpoint (section 5.4).</summary>
internal sealed class IdTokenIssuer(TokenKeys keys, TokenSigner signer, TimeProvider clock)
{
    /// <summary>The <c>typ</c> of an id token. Clients expect the general one of RFC 7519 section 5.1.</summary>
    public const string TokenType = "JWT";

    /// <summary>The lifetime of an id token: 5 minutes (the API contract). A client reads it once, when it gets it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Issues an id token for a client's session.</summary>
    /// <param name="session">The session.</param>
    /// <param name="accessToken">The access token that is issued with it, which <c>at_hash</c> binds.</param>
    /// <param name="nonce">The <c>nonce</c> of the authorization request.</param>
    /// <param name="cancellationToken">A token that cancels the loading of the keys.</param>
    public ValueTask<string> IssueAsync(Session session, AccessToken accessToken, string? nonce, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(accessToken);
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Sub] = session.UserId.ToString(CultureInfo.InvariantCulture),
            [JwtRegisteredClaimNames.AtHash] = HashOf(accessToken),
        };
        claims.AddSession(session);
        if (nonce is not null)
            claims[JwtRegisteredClaimNames.Nonce] = nonce;

        return signer.SignAsync(keys.IdTokens, TokenType, session.ClientId!, clock.GetStoredNow(), Lifetime, claims, cancellationToken);
    }

    /// <summary>Returns the left half of the token's SHA-256 (OpenID Connect Core 1.0 section 3.1.3.6).</summary>
    private static string HashOf(AccessToken accessToken) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken.Reveal())).AsSpan(0, SHA256.HashSizeInBytes / 2));
}
