using Btec.Api.Platform.Telemetry;
using Btec.Data.Passwords;

namespace Btec.Api.Platform.Passwords;

/// <summary>Registers password hashing.</summary>
internal static class PasswordServices
{
    public static IServiceCollection AddPasswords(this IServiceCollection services)
    {
        services.AddSingleton<AuthMetrics>();
        services.AddPasswordOptions();
        services.AddOptionsWithValidateOnStart<HashingOptions, HashingOptionsValidator>().BindConfiguration(HashingOptions.SectionName);
        services.AddSingleton<HashingWorkers>();
        services.AddSingleton<PasswordHasher>();
        services.AddSingleton<PasswordRehash>();
        services.AddHostedService(provider => provider.GetRequiredService<PasswordRehash>());
        services.AddScoped<Reauthentication>();
        services.AddScoped<OwnerPasswordRules>();
        return services;
    }
}
