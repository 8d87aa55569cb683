using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The providers of the configuration.</summary>
internal sealed class ExternalProviderList(
    IOptions<ExternalOptions> options, ProviderHttp http, TimeProvider clock, ILoggerFactory logs) : IDisposable
{
    /// <summary>The providers in the order of the configuration.</summary>
    public IReadOnlyList<IExternalProvider> All { get; } = [.. options.Value.Providers.Select(provider => Create(provider, http, clock, logs))];

    /// <summary>Returns a provider, or <see langword="null"/> if none has the name.</summary>
    public IExternalProvider? Find(string name) => All.FirstOrDefault(provider => provider.Name == name);

    public void Dispose()
    {
        foreach (var provider in All.OfType<IDisposable>())
            provider.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The list owns them.")]
    private static IExternalProvider Create(
        ExternalProviderOptions provider, ProviderHttp http, TimeProvider clock, ILoggerFactory logs) =>
        provider.Kind == ExternalProviderOptions.GitHub
            ? new GitHubProvider(provider, http, logs.CreateLogger<GitHubProvider>())
            : new OidcProvider(provider, http, clock, logs.CreateLogger<OidcProvider>());
}
