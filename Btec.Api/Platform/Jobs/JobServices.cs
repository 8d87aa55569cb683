namespace Btec.Api.Platform.Jobs;

/// <summary>Registers the background jobs that belong to no feature.</summary>
internal static class JobServices
{
    public static IServiceCollection AddJobs(this IServiceCollection services)
    {
        services.AddSingleton<OneTimeTokenCleanup>();
        services.AddHostedService(provider => provider.GetRequiredService<OneTimeTokenCleanup>());
        services.AddSingleton<IBlockingCalls, StalledCommands>();
        services.AddHostedService<ThreadPoolStarvationGuard>();
        return services;
    }
}
