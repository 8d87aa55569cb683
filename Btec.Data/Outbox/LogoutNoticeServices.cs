using Btec.Data.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Data.Outbox;

/// <summary>Registers the outbox of back-channel logouts.</summary>
public static class LogoutNoticeServices
{
    /// <summary>Registers what delivers notices. It needs the database.</summary>
    public static IServiceCollection AddLogoutNoticeDelivery(this IServiceCollection services)
    {
        services.AddScoped<LogoutNoticeQueue>();
        services.AddScoped<LogoutNoticePurge>();
        services.AddSignal<LogoutNoticeSignal>();
        return services;
    }
}
