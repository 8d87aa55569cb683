using Btec.Data.Events;
using Btec.Data.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Data.Audit;

/// <summary>Registers the audit trail.</summary>
public static class AuditTrailExtensions
{
    /// <summary>Registers the audit trail and its verification. They need the database; the ends of the chains are
    /// authenticated if signing is registered too.</summary>
    public static IServiceCollection AddAuditTrail(this IServiceCollection services)
    {
        // A worker that only migrates may have no secret.
        services.AddSingleton(provider => new AuditEnds(provider.GetService<DerivedKeys>()?.AuditEnds));
        services.AddScoped<EventOutbox>();
        services.AddScoped<AuditTrail>();
        services.AddScoped<AuditVerifier>();
        services.AddScoped<AuditAuthentication>();
        return services;
    }
}
