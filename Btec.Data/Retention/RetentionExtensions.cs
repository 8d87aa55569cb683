using Microsoft.Extensions.DependencyInjection;

namespace Btec.Data.Retention;

/// <summary>Registers what deletes old rows.</summary>
public static class RetentionExtensions
{
    /// <summary>Registers the purges of one-time tokens, audit events, pending logins, unconfirmed authenticators, challenges of passkeys,
    /// authorization requests and codes, and external logins. They need the database and the audit trail.</summary>
    public static IServiceCollection AddRetention(this IServiceCollection services)
    {
        services.AddScoped<OneTimeTokenPurge>();
        services.AddScoped<PendingLoginPurge>();
        services.AddScoped<AuditPurge>();
        services.AddScoped<UnconfirmedTotpPurge>();
        services.AddScoped<PasskeyChallengePurge>();
        services.AddScoped<AuthorizationPurge>();
        services.AddScoped<ExternalLoginPurge>();
        return services;
    }
}
