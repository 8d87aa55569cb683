using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The providers at which people can sign in.</summary>
[JsonExample("""{"items": [{"name": "google", "display_name": "Google"}]}""")]
public sealed record ExternalProvidersResponse
{
    /// <summary>The providers, in the order of the configuration.</summary>
    public required IReadOnlyList<ExternalProviderResponse> Items { get; init; }

    internal static ExternalProvidersResponse From(ExternalProviderList providers) => new()
    {
        Items = [.. providers.All.Select(provider => new ExternalProviderResponse { Name = provider.Name, DisplayName = provider.DisplayName })],
    };
}

/// <summary>A provider at which people can sign in.</summary>
[JsonExample("""{"name": "google", "display_name": "Google"}""")]
public sealed record ExternalProviderResponse
{
    /// <summary>The name in URLs.</summary>
    public required string Name { get; init; }

    /// <summary>The name that people read.</summary>
    public required string DisplayName { get; init; }
}
