using Btec.Client;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds the verification of the BTEC Backend's access tokens to a service.</summary>
public static class BtecClientExtensions
{
    /// <summary>Accepts access tokens of a BTEC Backend as bearer tokens. Issuer and keys come from its metadata, and its address from service
    /// discovery.</summary>
    /// <param name="builder">The builder of the service.</param>
    /// <param name="serviceName">The name of the backend in the AppHost.</param>
    /// <param name="configure">Changes the options, which the section <c>Btec:Client</c> sets first.</param>
    /// <returns>A builder that adds further schemes.</returns>
    public static AuthenticationBuilder AddBtecJwtBearer(
        this IHostApplicationBuilder builder, string serviceName, Action<BtecClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceName);
        var services = builder.Services;
        var options = services.AddOptionsWithValidateOnStart<BtecClientOptions, BtecClientOptionsValidator>()
            .BindConfiguration(BtecClientOptions.SectionName)
            .Configure(read => read.AllowHttp ??= builder.Environment.IsDevelopment());
        if (configure is not null)
            options.Configure(configure);

        services.TryAddSingleton(TimeProvider.System);
        services.AddServiceDiscovery();
        services.AddHttpClient(BtecService.HttpClientName).AddServiceDiscovery();
        services.AddSingleton(provider => new BtecService(
            serviceName,
            provider.GetRequiredService<IHttpClientFactory>(),
            provider.GetRequiredService<IOptions<BtecClientOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Introspection>();
        services.AddSingleton<BearerEvents>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, ConfigureBearer>();
        services.AddSingleton<IAuthorizationHandler, StepUpHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, StepUpResultHandler>();
        services.AddAuthorization();
        services.AddHealthChecks().AddCheck<MetadataHealthCheck>($"btec-{serviceName}");
        services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter(BtecTelemetry.Name));
        services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddSource(BtecTelemetry.Name));
        return services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
    }
}
