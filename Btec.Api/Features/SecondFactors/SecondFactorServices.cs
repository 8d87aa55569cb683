namespace Btec.Api.Features.SecondFactors;

/// <summary>The registration of the services of second factors.</summary>
internal static class SecondFactorServices
{
    public static IServiceCollection AddSecondFactors(this IServiceCollection services)
    {
        services.AddSingleton<TotpSecrets>();
        services.AddScoped<SecondFactorCodes>();
        return services;
    }
}
