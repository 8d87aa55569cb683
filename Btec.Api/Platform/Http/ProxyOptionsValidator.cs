using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    /// <summary>The highest number of hops. Even a CDN, a load balancer, an ingress and a sidecar are only four; more than 10 is
    /// a typing error.</summary>
    private const int MaxHops = 10;

    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        if (options.TrustedHops is < 0 or > MaxHops)
            return ValidateOptionsResult.Fail($"Proxy:TrustedHops must be between 0 and {MaxHops}, but is {options.TrustedHops}.");

        return options is { ForwardedPrefix: true, TrustedHops: 0 }
            ? ValidateOptionsResult.Fail("Proxy:ForwardedPrefix requires Proxy:TrustedHops, the number of proxies that set the header.")
            : ValidateOptionsResult.Success;
    }
}
