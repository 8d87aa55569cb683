using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The keys of one moment: what is signed with, what is accepted, what is published.</summary>
/// <param name="Signing">The current signing key.</param>
/// <param name="Accepted">The keys whose tokens may still be valid.</param>
/// <param name="Published">The public keys of the accepted keys and of the next one.</param>
public sealed record KeyRing(SigningCredentials Signing, IReadOnlyList<SecurityKey> Accepted, IReadOnlyList<JsonWebKey> Published);

/// <summary>A source of signing keys: the configured secret (HS256) or the database (ES256).</summary>
public interface IKeySource
{
    /// <summary>The algorithm of every token (RFC 7518 section 3.1).</summary>
    string Algorithm { get; }

    /// <summary>The keys as they are now.</summary>
    ValueTask<KeyRing> GetAsync(CancellationToken cancellationToken);

    /// <summary>The keys as they were when last asked for, for callers that cannot wait.</summary>
    KeyRing Current { get; }
}
