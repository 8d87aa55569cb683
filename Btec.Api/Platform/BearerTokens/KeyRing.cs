using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The keys of one moment: what is signed with, what is accepted, what is published.</summary>
/// <param name="Signing">The key that tokens are signed with now.</param>
/// <param name="Accepted">The keys whose tokens may still be alive.</param>
/// <param name="Published">Their public parts, and that of the next key.</param>
public sealed record KeyRing(SigningCredentials Signing, IReadOnlyList<SecurityKey> Accepted, IReadOnlyList<JsonWebKey> Published);

/// <summary>Where <see cref="KeyRing"/>s come from: the configured secret (HS256), or the database (ES256).</summary>
public interface IKeySource
{
    /// <summary>The algorithm of every token (RFC 7518 section 3.1).</summary>
    string Algorithm { get; }

    /// <summary>The keys as they are now.</summary>
    ValueTask<KeyRing> GetAsync(CancellationToken cancellationToken);

    /// <summary>The keys as they were when last asked for, for callers that cannot wait.</summary>
    KeyRing Current { get; }
}
