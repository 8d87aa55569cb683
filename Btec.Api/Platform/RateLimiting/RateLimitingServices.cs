using Btec.Api.Platform.Jobs;
using Btec.Api.Platform.Telemetry;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The registration of rate limiting.</summary>
internal static class RateLimitingServices
{
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException"><c>ConnectionStrings:redis</c> is not a valid
    /// address.</exception>
    public static IServiceCollection AddRateLimiting(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<RateLimitingOptions, RateLimitingOptionsValidator>()
            .BindConfiguration(RateLimitingOptions.SectionName);
        services.AddSingleton<RateLimitMetrics>();
        services.AddAttempts(configuration);
        services.AddSingleton<RateLimiter>();
        services.AddSingleton<SecondFactorThrottle>();
        services.AddScoped<AccountLeases>();
        services.AddScoped<KnownNetworks>();
        return services;
    }

    private static void AddAttempts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<MemoryAttempts>();
        if (RedisConnectionString.Find(configuration) is { } address)
        {
            services.AddSingleton(_ => new RedisAttempts(address));
            services.AddSingleton<SharedAttempts>();
            services.AddSingleton<IAttemptStore>(provider => provider.GetRequiredService<SharedAttempts>());
            services.AddSingleton<IBlockingCalls>(provider => provider.GetRequiredService<SharedAttempts>());
            services.AddHostedService(provider => provider.GetRequiredService<SharedAttempts>());
        }
        else
        {
            services.AddSingleton<IAttemptStore>(provider => provider.GetRequiredService<MemoryAttempts>());
        }
    }
}
