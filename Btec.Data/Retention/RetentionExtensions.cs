using Microsoft.Extensions.DependencyInjection;

namespace Btec.Data.Retention;

/// <summary>Registers what deletes old rows.</summary>
public static class RetentionExtensions
{
    /// <summary>Registers the purges of one-time tokens and audit events. They need the database and the audit trail.</summary>
    public static IServiceCollection AddRetention(this IServiceCollection services)
    {
        services.AddScoped<OneTimeTokenPurge>();
        services.AddScoped<AuditPurge>();
        return services;
    }
}
