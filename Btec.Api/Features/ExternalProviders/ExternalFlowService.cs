using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.AspNetCore.WebUtilities;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>Sends people to a provider, and takes its answer.</summary>
internal sealed partial class ExternalFlowService(
    ExternalLogins logins, ExternalProofs proofs, ExternalRedirects redirects, ILogger<ExternalFlowService> logger)
{
    /// <summary>Begins a login.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="redirectUri">The redirect URI of the client.</param>
    /// <param name="codeChallenge">The S256 code challenge of the client.</param>
    /// <param name="browserHash">The SHA-256 of the cookie of the browser.</param>
    /// <param name="root">The public URL of this server.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The URL to which the person is sent, <see cref="AuthError.RedirectUriInvalid"/> or
    /// <see cref="AuthError.ProviderUnavailable"/>.</returns>
    public async Task<Result<Secret>> BeginAsync(
        IExternalProvider provider, string redirectUri, string codeChallenge, byte[]? browserHash, string root, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (!await redirects.ContainsAsync(redirectUri, root, cancellationToken))
            return AuthError.RedirectUriInvalid;

        try
        {
            var endpoint = await provider.FindAuthorizationEndpointAsync(cancellationToken);
            var (state, login) = await logins.BeginAsync(provider.Name, redirectUri, codeChallenge, browserHash, cancellationToken);
            return new Secret(QueryHelpers.AddQueryString(endpoint, provider.ListParameters(login, state, CallbackOf(provider, root))));
        }
        catch (ProviderUnavailableException exception)
        {
            LogUnavailable(provider.Name, exception.Message);
            return AuthError.ProviderUnavailable;
        }
    }

    /// <summary>Takes the answer of a provider, once.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="browserHash">The SHA-256 of the cookie of the browser that brings it.</param>
    /// <param name="root">The public URL of this server.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The URI to which the browser goes, with a one-time code or an error, or <see cref="AuthError.ExternalLoginInvalid"/> if the
    /// answer belongs to no login of the browser.</returns>
    public async Task<Result<Secret>> FinishAsync(
        IExternalProvider provider, ProviderAnswer answer, byte[]? browserHash, string root, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.State is not { } state
            || await logins.TakeAsync(state.Reveal(), provider.Name, browserHash, cancellationToken) is not { } login)
            return AuthError.ExternalLoginInvalid;

        var identified = await IdentifyAsync(provider, login, answer, root, cancellationToken);
        if (!identified.IsSuccess)
            return new Secret(QueryHelpers.AddQueryString(login.RedirectUri, "error", identified.Error.Code));

        var person = identified.Value;
        var code = await proofs.IssueCodeAsync(
            (hash, expiresAt) => new ExternalProof
            {
                Hash = hash,
                CodeChallenge = login.CodeChallenge,
                Provider = provider.Name,
                Issuer = person.Issuer,
                Subject = person.Subject,
                Email = person.Email,
                IsEmailVerified = person.IsEmailVerified,
                FullName = person.FullName,
                ExpiresAt = expiresAt,
            },
            cancellationToken);
        return new Secret(QueryHelpers.AddQueryString(login.RedirectUri, "code", code));
    }

    private async Task<Result<ExternalPerson>> IdentifyAsync(
        IExternalProvider provider, ExternalLogin login, ProviderAnswer answer, string root, CancellationToken cancellationToken)
    {
        if (answer.Code is not { } code)
        {
            LogRefused(provider.Name);
            return answer.Error == ExternalFault.AccessDenied.Code ? ExternalFault.AccessDenied : ExternalFault.ProviderAnswerInvalid;
        }

        try
        {
            return await provider.IdentifyAsync(login, code, answer.Issuer, CallbackOf(provider, root), cancellationToken);
        }
        catch (ProviderUnavailableException exception)
        {
            LogUnavailable(provider.Name, exception.Message);
            return AuthError.ProviderUnavailable;
        }
    }

    private static string CallbackOf(IExternalProvider provider, string root) => $"{root}/api/auth/external/{provider.Name}/callback";

    [LoggerMessage(LogLevel.Warning, "The provider {Provider} is unavailable: {Reason}")]
    private partial void LogUnavailable(string provider, string reason);

    [LoggerMessage(LogLevel.Information, "The provider {Provider} answered with an error.")]
    private partial void LogRefused(string provider);
}
