using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>The public address of the API.</summary>
internal static class PublicAddress
{
    public static IServiceCollection AddPublicAddress(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PublicAddressOptions, PublicAddressOptionsValidator>()
            .Configure<IConfiguration>((options, configuration) =>
                options.PublicUrl = configuration[PublicAddressOptions.SettingName]);
        return services;
    }

    /// <summary>Returns the URL to which the paths of routes are appended: <c>PublicUrl</c> or, without that setting, the address of
    /// the request, which its client chooses.</summary>
    /// <param name="isConfigured"><see langword="true"/> if it is the setting, so that the answer may be cached for others.</param>
    public static string FindPublicUrl(this HttpContext context, out bool isConfigured)
    {
        ArgumentNullException.ThrowIfNull(context);
        var configured = context.RequestServices.GetRequiredService<IOptions<PublicAddressOptions>>().Value.PublicUrl;
        isConfigured = configured is not null;
        return configured?.TrimEnd('/') ?? $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}";
    }
}
