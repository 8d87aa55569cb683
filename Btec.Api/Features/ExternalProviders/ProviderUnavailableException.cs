namespace Btec.Api.Features.ExternalProviders;

/// <summary>The outage of a provider: it does not answer in time, or not in a form that can be read.</summary>
internal sealed class ProviderUnavailableException : Exception
{
    public ProviderUnavailableException()
    {
    }

    public ProviderUnavailableException(string message)
        : base(message)
    {
    }

    public ProviderUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
