using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>The registration of <see cref="ServerDrain"/>.</summary>
internal static class ServerDrainServices
{
    /// <summary>The time in which requests that have begun may finish (the default of .NET), which follows the drain.</summary>
    private static readonly TimeSpan FinishTime = TimeSpan.FromSeconds(30);

    public static IServiceCollection AddServerDrain(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<DrainOptions, DrainOptionsValidator>().BindConfiguration(DrainOptions.SectionName);
        services.AddOptions<HostOptions>().Configure<IOptions<DrainOptions>>(
            (host, drain) => host.ShutdownTimeout = FinishTime + drain.Value.DrainTime);
        services.AddSingleton<ServerDrain>();
        services.AddHostedService(provider => provider.GetRequiredService<ServerDrain>());
        services.AddHealthChecks().AddCheck<ServerDrain>("drain");
        return services;
    }

    public static WebApplication UseServerDrain(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var drain = app.Services.GetRequiredService<ServerDrain>();
        app.Use(next => context => drain.CloseAsync(context, next));
        return app;
    }
}
