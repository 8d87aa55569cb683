using Btec.Data.OneTimeTokens;
using Btec.Data.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Data.Outbox;

/// <summary>Registers the mail outbox.</summary>
public static class MailingExtensions
{
    /// <summary>Registers the outbox and the one-time tokens. They need the database and <c>AddSigning</c>: mails are encrypted
    /// under <c>Jwt:SigningKey</c>, which a worker that only migrates may not have.</summary>
    public static IServiceCollection AddMailing(this IServiceCollection services)
    {
        services.AddScoped<OneTimeTokenStore>();
        services.AddScoped<OneTimeTokenDecoys>();
        services.AddScoped<MailOutbox>();
        services.AddScoped<MailQueue>();
        services.AddScoped<MailPurge>();
        services.AddSingleton<MailSecrets>();
        services.AddSignal<MailSignal>();
        return services;
    }

    /// <summary>Registers a signal under its own type and among those that a commit pulses.</summary>
    internal static IServiceCollection AddSignal<TSignal>(this IServiceCollection services)
        where TSignal : OutboxSignal => services
            .AddSingleton<TSignal>()
            .AddSingleton<OutboxSignal>(provider => provider.GetRequiredService<TSignal>());
}
