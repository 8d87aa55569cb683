using Btec.Api.Platform.Http;
using Btec.Data.Accounts;

namespace Btec.Api.Platform.Clients;

/// <summary>Registers the clients of the authorization server.</summary>
internal static class ClientServices
{
    public static IServiceCollection AddClients(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<OAuthOptions, OAuthOptionsValidator>()
            .Configure<IConfiguration>((options, configuration) => options.Read(configuration));
        services.AddOptionsWithValidateOnStart<PagesOptions, PagesOptionsValidator>().BindConfiguration(PagesOptions.SectionName);
        services.AddSingleton<ConfiguredClients>();
        services.AddSingleton<PageClient>();
        services.AddSingleton<ScopeRules>();
        services.AddScoped<ClientRegistry>();
        services.AddScoped<ClientAuthentication>();
        services.AddScoped<IBackChannelClients, BackChannelClients>();
        return services;
    }
}
