using Btec.Data.Accounts;
using Btec.Data.Keys;
using Btec.Data.Outbox;
using Btec.Data.Passwords;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>The registration of the worker's services.</summary>
internal static class MigrationWorkerServices
{
    public static IServiceCollection AddMigrationWorker(
        this IServiceCollection services, WorkerCommand command, IConfiguration configuration)
    {
        services.AddLogging(logging => AddFilters(logging, command));
        // Standard output is for the answer only.
        if (command.Task is WorkerTask.Status or WorkerTask.VerifyAudit)
            services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        services.AddPasswordOptions();
        services.AddOptionsWithValidateOnStart<MigrationOptions, MigrationOptionsValidator>()
            .BindConfiguration(MigrationOptions.SectionName);
        services.AddOptionsWithValidateOnStart<FirstSuperuserOptions, FirstSuperuserOptionsValidator>()
            .BindConfiguration(FirstSuperuserOptions.SectionName);
        services.AddSingleton<DatabaseWait>();
        services.AddScoped<StoredAddresses>();
        services.AddScoped<AddressCanonicalization>();
        services.AddScoped<FirstSuperuser>();
        services.AddScoped<AuditVerification>();
        if (command.Task == WorkerTask.Migrate && FirstSuperuserOptions.From(configuration).IsInvited)
            services.AddInvitation();

        if (command.Task == WorkerTask.RotateSigningKey)
            services.AddSigningKeyRotation();

        return services;
    }

    /// <summary>Registers the invitation and its requirements, among them <c>Jwt:SigningKey</c>, under which mails are
    /// encrypted.</summary>
    private static void AddInvitation(this IServiceCollection services)
    {
        services.AddSigning();
        services.AddMailing();
        services.AddScoped<FirstSuperuserInvitation>();
    }

    private static void AddSigningKeyRotation(this IServiceCollection services)
    {
        services.AddSigning();
        services.AddSingleton<IValidateOptions<JwtOptions>, SigningKeyRotationValidator>();
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
