using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>How many proxies stand in front, and so which hop of <c>X-Forwarded-For</c> is the client.</summary>
public sealed class ProxyOptions
{
    public const string SectionName = "Proxy";

    /// <summary>Proxies that add to the header, counted from the right; with 0 the header is ignored.</summary>
    public int TrustedHops { get; set; }
}

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    /// <summary>More than a content delivery network, a load balancer and a sidecar: beyond it is a typing error.</summary>
    private const int MaxHops = 10;

    public ValidateOptionsResult Validate(string? name, ProxyOptions options) =>
        options.TrustedHops is >= 0 and <= MaxHops
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Proxy:TrustedHops is {options.TrustedHops}; it goes from 0 to {MaxHops}.");
}

public static class TrustedProxies
{
    /// <summary>Reads the client's address from the header, once: with ASPNETCORE_FORWARDEDHEADERS_ENABLED the framework has put
    /// the same middleware in front already, and a second one would trust one hop more.</summary>
    public static WebApplication UseTrustedProxies(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (!app.Configuration.GetValue<bool>("FORWARDEDHEADERS_ENABLED"))
            app.UseForwardedHeaders();

        return app;
    }

    public static IServiceCollection AddTrustedProxies(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ProxyOptions, ProxyOptionsValidator>().BindConfiguration(ProxyOptions.SectionName);
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ProxyOptions>>((forwarded, proxy) =>
        {
            if (proxy.Value.TrustedHops == 0)
            {
                forwarded.ForwardedHeaders = ForwardedHeaders.None;
                return;
            }

            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.ForwardLimit = proxy.Value.TrustedHops;
            // Trust is by number of hops: the addresses of a platform's proxies are not known beforehand.
            forwarded.KnownIPNetworks.Clear();
            forwarded.KnownProxies.Clear();
        });
        return services;
    }
}
