using Btec.Data.Keys;

namespace Btec.Api.Platform.Clients;

/// <summary>Authenticates clients: by <c>client_secret_basic</c> or <c>client_secret_post</c>, public ones by their id alone (RFC 6749
/// sections 2.3 and 3.2.1).</summary>
internal sealed class ClientAuthentication(ClientRegistry clients)
{
    /// <summary>The secret that is compared where none was sent, so that this takes as long.</summary>
    private static readonly Secret s_none = new("");

    /// <summary>Finds and authenticates the client of a request.</summary>
    public async Task<ClientAuthenticationResult> AuthenticateAsync(ClientCredentials credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        if (credentials.Basic is null)
        {
            return credentials.Id is { } id
                ? await CheckAsync(id, credentials.Secret, usesHeader: false, cancellationToken)
                : credentials.Secret is null ? new ClientAuthenticationResult.NotSent() : new ClientAuthenticationResult.Invalid(UsedHeader: false);
        }

        // RFC 6749 section 2.3: no more than one method in each request.
        if (credentials.Secret is not null)
            return new ClientAuthenticationResult.Ambiguous();

        if (credentials.DecodeBasic() is not var (headerId, secret))
            return new ClientAuthenticationResult.Invalid(UsedHeader: true);

        return credentials.Id is null || credentials.Id == headerId
            ? await CheckAsync(headerId, secret, usesHeader: true, cancellationToken)
            : new ClientAuthenticationResult.Ambiguous();
    }

    private async Task<ClientAuthenticationResult> CheckAsync(
        string id, Secret? secret, bool usesHeader, CancellationToken cancellationToken)
    {
        var client = await clients.FindAsync(id, cancellationToken);
        // Unknown clients are compared too, so that the answer takes as long as for a wrong secret.
        var isRight = ClientSecret.IsOneOf(secret ?? s_none, client?.SecretHashes ?? []);
        var isAuthentic = client is { IsConfidential: true } ? isRight : secret is null;
        return client is not null && isAuthentic
            ? new ClientAuthenticationResult.Known(client)
            : new ClientAuthenticationResult.Invalid(usesHeader);
    }
}
