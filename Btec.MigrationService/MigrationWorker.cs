using Btec.Data;
using Btec.Data.Passwords;
using Btec.Data.Schema;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>The worker's one task, and its exit code. It is no <see cref="BackgroundService"/>: an exception that leaves one
/// ends the process with 0, and whoever waits for the worker would start on a broken schema.</summary>
internal static partial class MigrationWorker
{
    private const int Done = 0;
    private const int Failed = 1;

    public static IServiceCollection AddMigrationWorker(
        this IServiceCollection services, WorkerCommand command, IConfiguration configuration)
    {
        services.AddLogging(logging => AddFilters(logging, command));
        // Standard output is the list's alone.
        if (command.Task is WorkerTask.Status or WorkerTask.VerifyAudit)
            services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        services.AddPasswordOptions();
        services.AddOptionsWithValidateOnStart<MigrationOptions, MigrationOptionsValidator>()
            .BindConfiguration(MigrationOptions.SectionName);
        services.AddOptionsWithValidateOnStart<FirstSuperuserOptions, FirstSuperuserOptionsValidator>()
            .BindConfiguration(FirstSuperuserOptions.SectionName);
        services.AddSingleton<DatabaseWait>();
        services.AddScoped<FirstSuperuser>();
        services.AddScoped<AuditVerification>();
        if (command.Task == WorkerTask.Migrate && FirstSuperuserOptions.From(configuration).IsInvited)
            services.AddFirstSuperuserInvitation();

        if (command.Task == WorkerTask.RotateSigningKey)
            services.AddSigningKeyRotation();

        return services;
    }

    private static void AddFilters(ILoggingBuilder logging, WorkerCommand command)
    {
        // EF Core looks for the database by connecting to it: that there is none yet is no error. This worker reports the others.
        logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Connection", LogLevel.None);
        // A rule, for the configured levels are rules and go before SetMinimumLevel: only the answer is to be written.
        if (command.IsAnswer)
            logging.AddFilter(category: null, LogLevel.Warning);
    }

    public static async Task<int> RunWorkerAsync(this IHost host, WorkerCommand command)
    {
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var logger = host.Services.GetRequiredService<ILogger<DatabaseMigrator>>();
        await host.StartAsync(CancellationToken.None);
        try
        {
            // SQLite waits for a lock without letting go of its thread: whoever asks the worker to stop does not wait with it.
            return await Task.Run(() => RunAsync(host.Services, command, logger, stopping), CancellationToken.None).WaitAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            LogInterrupted(logger);
            return Failed;
        }
        catch (Exception exception) when (exception is not OptionsValidationException)
        {
            LogFailed(logger, exception, exception.GetBaseException().Message);
            return Failed;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    private static async Task<int> RunAsync(
        IServiceProvider services, WorkerCommand command, ILogger logger, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        switch (command.Task)
        {
            case WorkerTask.Status:
                await ShowStatusAsync(scope.ServiceProvider, cancellationToken);
                return Done;
            case WorkerTask.RotateSigningKey:
                await scope.ServiceProvider.GetRequiredService<SigningKeyRotation>().RunAsync(cancellationToken);
                return Done;
            case WorkerTask.VerifyAudit:
                return await scope.ServiceProvider.GetRequiredService<AuditVerification>().RunAsync(cancellationToken) ? Done : Failed;
            default:
                await MigrateAsync(scope.ServiceProvider, logger, cancellationToken);
                return Done;
        }
    }

    private static async Task MigrateAsync(IServiceProvider services, ILogger logger, CancellationToken cancellationToken)
    {
        var migrator = services.GetRequiredService<DatabaseMigrator>();
        var pending = await services.GetRequiredService<DatabaseWait>().RunAsync(
            async () =>
            {
                var (_, pending) = await migrator.GetStatusAsync(cancellationToken);
                await migrator.ApplyAsync(cancellationToken);
                return pending;
            },
            cancellationToken);
        LogMigrated(logger, services.GetRequiredService<DatabaseTarget>(), pending.Count);

        await services.GetRequiredService<FirstSuperuser>().EnsureAsync(cancellationToken);
    }

    private static async Task ShowStatusAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var (applied, pending) = await services.GetRequiredService<DatabaseMigrator>().GetStatusAsync(cancellationToken);
        foreach (var id in applied)
            Console.WriteLine($"applied  {id}");

        foreach (var id in pending)
            Console.WriteLine($"pending  {id}");
    }

    [LoggerMessage(LogLevel.Information, "The {Database} schema is current; {Count} migrations were pending.")]
    private static partial void LogMigrated(ILogger logger, DatabaseTarget database, int count);

    [LoggerMessage(LogLevel.Error, "Interrupted before the end; run the worker again.")]
    private static partial void LogInterrupted(ILogger logger);

    [LoggerMessage(LogLevel.Critical, "The worker failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string reason);
}
