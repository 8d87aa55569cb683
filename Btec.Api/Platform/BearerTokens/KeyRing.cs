using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The keys of one moment.</summary>
/// <param name="Signing">The key that signs tokens now.</param>
/// <param name="Accepted">The keys whose tokens may still be valid.</param>
/// <param name="Published">The public parts of the accepted keys and of the next key.</param>
internal sealed record KeyRing(SigningCredentials Signing, IReadOnlyList<SecurityKey> Accepted, IReadOnlyList<JsonWebKey> Published);

/// <summary>A source of keys: the configured secret (HS256), or a table of the database (ES256, RS256).</summary>
internal interface IKeySource
{
    /// <summary>Gets the current keys.</summary>
    ValueTask<KeyRing> GetAsync(CancellationToken cancellationToken);

    /// <summary>The keys that <see cref="GetAsync"/> returned last, for synchronous callers, or <see langword="null"/> if it has
    /// not been called yet.</summary>
    KeyRing? Current { get; }
}
