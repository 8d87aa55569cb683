using System.Net;
using Btec.Api.Platform.Clients;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The metadata and the keys that an OpenID Connect provider publishes (OpenID Connect Discovery 1.0), kept in memory.</summary>
/// <remarks>The library's <c>ConfigurationManager</c> renews them in the background and by the clock of the machine, so that the first
/// logins after a rotation of keys would fail (docs/decisions/0020).</remarks>
internal sealed partial class OidcMetadata(
    ExternalProviderOptions options, ProviderHttp http, TimeProvider clock, ILogger logger) : IDocumentRetriever, IDisposable
{
    /// <summary>The time for which metadata and keys are kept: 12 hours, as by the library's <c>ConfigurationManager</c>.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromHours(12);

    /// <summary>The least time between two requests for them, so that tokens with invented keys do not cause a flood of requests. An
    /// estimate.</summary>
    internal static readonly TimeSpan LeastAge = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private OpenIdConnectConfiguration? _current;
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;
    private DateTimeOffset _triedAt = DateTimeOffset.MinValue;

    /// <summary>Returns the metadata.</summary>
    /// <exception cref="ProviderUnavailableException">The provider has never answered as it should.</exception>
    public Task<OpenIdConnectConfiguration> GetAsync(CancellationToken cancellationToken) =>
        _current is { } known && clock.GetUtcNow() - _readAt < s_lifetime
            ? Task.FromResult(known)
            : ReadAsync(known: _current, cancellationToken);

    /// <summary>Returns newer metadata than those that do not have a key, if they may be asked for already.</summary>
    public Task<OpenIdConnectConfiguration> RenewAsync(OpenIdConnectConfiguration known, CancellationToken cancellationToken) =>
        ReadAsync(known, cancellationToken);

    /// <summary>Reads a document for the library.</summary>
    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        RequireSafe("the address of a document", address);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var (status, body) = await http.SendAsync(request, cancel);
        return status == HttpStatusCode.OK
            ? body
            : throw new ProviderUnavailableException($"{request.RequestUri!.Host} answered {(int)status}.");
    }

    public void Dispose() => _turn.Dispose();

    private async Task<OpenIdConnectConfiguration> ReadAsync(OpenIdConnectConfiguration? known, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // Another request may have renewed them meanwhile.
            if (_current is { } current && (!ReferenceEquals(current, known) || clock.GetUtcNow() - _triedAt < LeastAge))
                return current;

            _triedAt = clock.GetUtcNow();
            _current = await RequestAsync(cancellationToken);
            _readAt = clock.GetUtcNow();
            return _current;
        }
        catch (ProviderUnavailableException exception) when (_current is not null)
        {
            LogNotRenewed(options.Name!, exception.Message);
            return _current;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<OpenIdConnectConfiguration> RequestAsync(CancellationToken cancellationToken)
    {
        OpenIdConnectConfiguration found;
        try
        {
            found = await OpenIdConnectConfigurationRetriever.GetAsync(
                $"{options.Issuer!.TrimEnd('/')}/.well-known/openid-configuration", this, cancellationToken);
        }
        catch (Exception exception) when (exception is not (ProviderUnavailableException or OperationCanceledException))
        {
            throw new ProviderUnavailableException("The metadata or the keys cannot be read.", exception);
        }

        // OpenID Connect Discovery 1.0 section 4.3.
        if (found.Issuer != options.Issuer)
            throw new ProviderUnavailableException("The metadata are those of another issuer.");

        RequireSafe("authorization_endpoint", found.AuthorizationEndpoint);
        RequireSafe("token_endpoint", found.TokenEndpoint);
        if (found.UserInfoEndpoint is { } userInfo)
            RequireSafe("userinfo_endpoint", userInfo);

        return found;
    }

    /// <summary>Checks that a URL of the provider is one of https, unless the issuer is itself on a loopback address.</summary>
    private void RequireSafe(string name, string? address)
    {
        if (address is null || UriRules.FindWebFault(address) is not null
            || (IsEncrypted(options.Issuer!) && !IsEncrypted(address)))
            throw new ProviderUnavailableException($"The provider has no usable {name}.");
    }

    private static bool IsEncrypted(string address) => address.StartsWith("https://", StringComparison.Ordinal);

    [LoggerMessage(LogLevel.Warning, "The metadata of the provider {Provider} could not be renewed, so the old ones are kept: {Reason}")]
    private partial void LogNotRenewed(string provider, string reason);
}
