using System.Net.Security;
using Btec.Api.Platform.Telemetry;
using Btec.Data;
using Btec.Data.Outbox;
using Microsoft.Extensions.Options;

namespace Btec.Api.Mail;

/// <summary>The registration of the services that send the mails in the outbox.</summary>
internal static class MailServices
{
    /// <summary>The name of the pickup folder in Development.</summary>
    private const string DevelopmentFolder = "mails";

    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MailOptions, MailOptionsValidator>().BindConfiguration(MailOptions.SectionName);
        services.AddMailing();
        services.AddSingleton<MailMetrics>();
        services.AddSingleton<MailLinks>();
        services.AddSingleton<MailComposer>();
        services.AddSingleton<MailDelivery>();
        services.AddSingleton(CreateTransport);
        services.AddHostedService<MailSender>();
        services.AddHostedService<MailCleanup>();
        return services;
    }

    private static IMailTransport CreateTransport(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<MailOptions>>();
        var environment = services.GetRequiredService<IHostEnvironment>();
        if (options.Value.Host is not null)
            return new SmtpTransport(
                options, services.GetRequiredService<MailLinks>(), services.GetService<RemoteCertificateValidationCallback>());

        if (options.Value.PickupFolder is { } folder)
            return new PickupFolderTransport(Path.GetFullPath(folder, environment.ContentRootPath));

        return environment.IsDevelopment()
            ? new PickupFolderTransport(Path.Combine(DevelopmentFiles.Directory(environment), DevelopmentFolder))
            : new DisabledTransport(environment);
    }
}
