namespace Btec.Api.Platform.Http;

/// <summary>The public address of the API. It comes from a setting and never from a <c>Host</c> header, which clients
/// choose.</summary>
internal static class PublicAddress
{
    public static IServiceCollection AddPublicAddress(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PublicAddressOptions, PublicAddressOptionsValidator>()
            .Configure<IConfiguration>((options, configuration) =>
                options.PublicUrl = configuration[PublicAddressOptions.SettingName]);
        return services;
    }
}
