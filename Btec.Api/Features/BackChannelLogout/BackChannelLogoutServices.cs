using Btec.Api.Platform.Telemetry;
using Btec.Data.Outbox;

namespace Btec.Api.Features.BackChannelLogout;

/// <summary>Registers the delivery of back-channel logouts (OpenID Connect Back-Channel Logout 1.0).</summary>
internal static class BackChannelLogoutServices
{
    public static IServiceCollection AddBackChannelLogout(this IServiceCollection services)
    {
        services.AddLogoutNoticeDelivery();
        services.AddScoped<LogoutNoticeDelivery>();
        services.AddSingleton<LogoutNoticeClient>();
        services.AddSingleton<LogoutMetrics>();
        services.AddHostedService<LogoutNoticeSender>();
        services.AddHostedService<LogoutNoticeCleanup>();
        return services;
    }
}
