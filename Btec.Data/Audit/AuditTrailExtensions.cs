using Microsoft.Extensions.DependencyInjection;

namespace Btec.Data.Audit;

/// <summary>Registers the audit trail.</summary>
public static class AuditTrailExtensions
{
    /// <summary>Registers the audit trail and its verification. They need the database.</summary>
    public static IServiceCollection AddAuditTrail(this IServiceCollection services)
    {
        services.AddScoped<AuditTrail>();
        services.AddScoped<AuditVerifier>();
        return services;
    }
}
