namespace Btec.Api.Features.SecondFactors;

/// <summary>The registration of the services of second factors.</summary>
internal static class SecondFactorServices
{
    public static IServiceCollection AddSecondFactors(this IServiceCollection services)
    {
        services.AddSingleton<TotpSecrets>();
        services.AddSingleton<TotpUri>();
        services.AddScoped<RecoveryCodeStore>();
        services.AddScoped<SecondFactorNotices>();
        services.AddScoped<SecondFactorCodes>();
        services.AddScoped<SecondFactorRegister>();
        services.AddScoped<SecondFactorList>();
        services.AddScoped<TotpService>();
        services.AddScoped<RecoveryCodeService>();
        services.AddScoped<FactorRemovalService>();
        services.AddScoped<WrongCodes>();
        services.AddSingleton<SecondFactorCleanup>();
        services.AddHostedService(provider => provider.GetRequiredService<SecondFactorCleanup>());
        return services;
    }
}
