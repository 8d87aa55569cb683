using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>The trust in proxies, which decides the client address that is taken from <c>X-Forwarded-For</c>: the entry number
/// <c>Proxy:TrustedHops</c> from the right, and with 0 hops the address of the connection. <see cref="AddressSyntax"/> refuses
/// malformed entries.</summary>
internal static class TrustedProxies
{
    /// <summary>The setting with which the framework adds its middleware by itself (ASPNETCORE_FORWARDEDHEADERS_ENABLED).</summary>
    public const string FrameworkSetting = "FORWARDEDHEADERS_ENABLED";

    /// <summary>Reads the client's address from the header.</summary>
    /// <remarks>With ASPNETCORE_FORWARDEDHEADERS_ENABLED the framework has already added the middleware. A second one would trust
    /// one more hop.</remarks>
    public static WebApplication UseTrustedProxies(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (!app.Configuration.GetValue<bool>(FrameworkSetting))
            app.UseForwardedHeaders();

        if (app.Environment.IsProduction())
            app.UseMiddleware<PrivateClientWarning>();

        return app;
    }

    public static IServiceCollection AddTrustedProxies(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ProxyOptions, ProxyOptionsValidator>().BindConfiguration(ProxyOptions.SectionName);
        // First, because with ASPNETCORE_FORWARDEDHEADERS_ENABLED the framework's middleware precedes all of the application's.
        services.Insert(0, ServiceDescriptor.Transient<IStartupFilter, AddressSyntax>());
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ProxyOptions>>((forwarded, proxy) =>
        {
            if (proxy.Value.TrustedHops == 0)
            {
                forwarded.ForwardedHeaders = ForwardedHeaders.None;
                return;
            }

            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.ForwardLimit = proxy.Value.TrustedHops;
            // Proxies are trusted by number, not by address: the addresses of a platform's proxies are not known in advance.
            forwarded.KnownIPNetworks.Clear();
            forwarded.KnownProxies.Clear();
        });
        return services;
    }
}
