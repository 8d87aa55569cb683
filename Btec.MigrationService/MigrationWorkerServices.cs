using Btec.Data.Accounts;
using Btec.Data.Events;
using Btec.Data.Keys;
using Btec.Data.Outbox;
using Btec.Data.Passwords;
using Btec.MigrationService.Import;
using Microsoft.Extensions.Logging.Console;

namespace Btec.MigrationService;

/// <summary>The registration of the worker's services.</summary>
internal static class MigrationWorkerServices
{
    public static IServiceCollection AddMigrationWorker(
        this IServiceCollection services, WorkerCommand command, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddLogging(logging => AddFilters(logging, command));
        // Standard output is for the answer only.
        if (command.Task is WorkerTask.Status or WorkerTask.Import || command.IsAboutAudit)
            services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        services.AddEventBroker(configuration);
        services.AddPasswordOptions();
        services.AddOptionsWithValidateOnStart<MigrationOptions, MigrationOptionsValidator>()
            .BindConfiguration(MigrationOptions.SectionName);
        services.AddOptionsWithValidateOnStart<FirstSuperuserOptions, FirstSuperuserOptionsValidator>()
            .BindConfiguration(FirstSuperuserOptions.SectionName);
        services.AddOptionsWithValidateOnStart<DeclaredOptions, DeclaredOptionsValidator>()
            .BindConfiguration(DeclaredOptions.SectionName);
        services.AddSingleton<DatabaseWait>();
        services.AddScoped<StoredAddresses>();
        services.AddScoped<AddressCanonicalization>();
        services.AddScoped<FirstSuperuser>();
        services.AddScoped<DeclaredUsers>();
        services.AddScoped<AuditVerification>();
        services.AddScoped<ImportBatches>();
        services.AddScoped<UserImport>();
        if (command.Task == WorkerTask.Migrate && FirstSuperuserOptions.From(configuration).IsInvited)
            services.AddInvitation();

        if (command.Task is WorkerTask.RotateSigningKey or WorkerTask.RevokeSigningKey)
            services.AddSigningKeyRotation();
        else if (command.IsAboutAudit)
            services.AddSigning();
        else if (CanAuthenticate(command, configuration, environment))
            services.AddSigning().AddSecretRenewal();

        return services;
    }

    /// <summary>Returns whether a worker that migrates or imports can authenticate its audit events. Without the secret, it works all the
    /// same.</summary>
    private static bool CanAuthenticate(WorkerCommand command, IConfiguration configuration, IHostEnvironment environment) =>
        command.Task is WorkerTask.Migrate or WorkerTask.Import
        && (environment.IsDevelopment() || !string.IsNullOrEmpty(configuration[$"{JwtOptions.SectionName}:SigningKey"]));

    /// <summary>Registers the invitation and its requirements, among them <c>Jwt:SigningKey</c>, under which mails are
    /// encrypted.</summary>
    private static void AddInvitation(this IServiceCollection services)
    {
        services.AddSigning();
        services.AddMailing();
        services.AddScoped<FirstSuperuserInvitation>();
    }

    private static void AddSecretRenewal(this IServiceCollection services)
    {
        services.AddScoped<StoredSecrets>();
        services.AddScoped<SecretRenewal>();
    }

    private static void AddSigningKeyRotation(this IServiceCollection services)
    {
        services.AddSigning();
        services.AddScoped<SigningKeyRotation>();
    }

    private static void AddFilters(ILoggingBuilder logging, WorkerCommand command)
    {
        // EF Core checks whether the database exists by connecting to it, and logs an error if it does not. The worker logs real
        // connection errors itself.
        logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Connection", LogLevel.None);
        // A filter rule, because the configured levels are rules and take precedence over SetMinimumLevel.
        if (command.IsAnswer)
            logging.AddFilter(category: null, LogLevel.Warning);
    }
}
