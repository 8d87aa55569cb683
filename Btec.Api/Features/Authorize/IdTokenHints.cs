using Btec.Api.Platform.BearerTokens;

namespace Btec.Api.Features.Authorize;

/// <summary>The id tokens with which clients name the user whom they expect (OpenID Connect Core 1.0 section 3.1.2.1).</summary>
internal sealed class IdTokenHints(IdTokenReader idTokens)
{
    /// <summary>Returns whom an id token names, or <see langword="null"/> if it was not issued here. One that has expired is as
    /// good.</summary>
    public async Task<HintedUser?> FindAsync(string token, CancellationToken cancellationToken) =>
        await idTokens.ReadAsync(token, cancellationToken) is { } named ? new HintedUser(named.UserId, named.ClientId) : null;
}
