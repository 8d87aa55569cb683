using Btec.Api.Platform.Errors;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>A provider at which people sign in.</summary>
internal interface IExternalProvider
{
    /// <summary>The name in URLs.</summary>
    string Name { get; }

    /// <summary>The name that people read.</summary>
    string DisplayName { get; }

    /// <summary>Gets a value indicating whether a login that no account has creates one.</summary>
    bool AllowsRegistration { get; }

    /// <summary>Finds the authorization endpoint, to which people are sent.</summary>
    /// <exception cref="ProviderUnavailableException">The provider does not answer as it should.</exception>
    Task<string> FindAuthorizationEndpointAsync(CancellationToken cancellationToken);

    /// <summary>Returns the parameters of an authorization request.</summary>
    IEnumerable<KeyValuePair<string, string?>> ListParameters(ExternalLogin login, string state, string callback);

    /// <summary>Returns who has signed in, by the answer of the provider.</summary>
    /// <param name="login">The login that the provider answers.</param>
    /// <param name="code">The authorization code of the provider.</param>
    /// <param name="issuer">The parameter <c>iss</c> of the answer (RFC 9207).</param>
    /// <param name="callback">The address at which the answer has arrived.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The person, or <see cref="ExternalFault.ProviderAnswerInvalid"/>.</returns>
    /// <exception cref="ProviderUnavailableException">The provider does not answer as it should.</exception>
    Task<Result<ExternalPerson>> IdentifyAsync(
        ExternalLogin login, Secret code, string? issuer, string callback, CancellationToken cancellationToken);
}
