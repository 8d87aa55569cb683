using Btec.Data.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Data.Accounts;

/// <summary>Registers what works on accounts and their sessions.</summary>
public static class AccountDataExtensions
{
    /// <summary>Registers the locks, guards, queries and deletions of accounts and sessions. They need the database.</summary>
    public static IServiceCollection AddAccountData(this IServiceCollection services)
    {
        services.AddScoped<UserLocks>();
        services.AddScoped<SessionLocks>();
        services.AddScoped<SuperuserGuard>();
        services.AddScoped<UserDeletion>();
        services.AddScoped<LogoutNotices>();
        services.AddScoped<SessionRevocation>();
        services.AddScoped<ClientRows>();
        services.AddScoped<SecondFactorRemoval>();
        services.AddScoped<PendingLogins>();
        services.AddScoped<ExternalLogins>();
        services.AddScoped<ExternalProofs>();
        services.AddScoped<ExternalIdentityRemoval>();
        services.AddScoped<AccountTakeover>();
        services.AddScoped<DemoUsers>();
        services.AddScoped<SessionPurge>();
        return services;
    }
}
