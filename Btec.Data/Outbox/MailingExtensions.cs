using Btec.Data.OneTimeTokens;
using Btec.Data.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Data.Outbox;

public static class MailingExtensions
{
    /// <summary>Registers the outbox and what works on it. It takes <c>AddSigning</c> besides the database: mails are encrypted under
    /// <c>Jwt:SigningKey</c>, which a worker that only migrates may not have.</summary>
    public static IServiceCollection AddMailing(this IServiceCollection services)
    {
        services.AddScoped<OneTimeTokenStore>();
        services.AddScoped<MailOutbox>();
        services.AddScoped<MailQueue>();
        services.AddScoped<MailPurge>();
        services.AddSingleton<MailSecrets>();
        services.AddSingleton<MailSignal>();
        return services;
    }
}
