using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The keys of one moment.</summary>
/// <param name="Signing">The key that signs tokens now.</param>
/// <param name="Accepted">The keys whose tokens may still be valid.</param>
/// <param name="Published">The public parts of the accepted keys and of the next key.</param>
internal sealed record KeyRing(SigningCredentials Signing, IReadOnlyList<SecurityKey> Accepted, IReadOnlyList<JsonWebKey> Published);

/// <summary>The source of the keys: the configured secret (HS256) or the database (ES256).</summary>
internal interface IKeySource
{
    /// <summary>The algorithm of every token (RFC 7518 section 3.1).</summary>
    string Algorithm { get; }

    /// <summary>Gets the current keys.</summary>
    ValueTask<KeyRing> GetAsync(CancellationToken cancellationToken);

    /// <summary>The keys that <see cref="GetAsync"/> returned last, for synchronous callers.</summary>
    KeyRing Current { get; }
}
