using Btec.Data;
using Btec.Data.Schema;
using Btec.MigrationService.Import;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>Runs the task of the worker and returns its exit code.</summary>
/// <remarks>Not a <see cref="BackgroundService"/>: an exception in one ends the process with exit code 0, and the API would start
/// on a broken schema.</remarks>
internal static partial class MigrationWorker
{
    private const int Done = 0;
    private const int Failed = 1;

    public static async Task<int> RunWorkerAsync(this IHost host, WorkerCommand command)
    {
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var logger = host.Services.GetRequiredService<ILogger<DatabaseMigrator>>();
        await host.StartAsync(CancellationToken.None);
        try
        {
            // SQLite blocks its thread while it waits for a lock. The worker stops without waiting for that.
            return await Task.Run(() => RunAsync(host.Services, command, logger, stopping), CancellationToken.None)
                .WaitAsync(stopping);
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
            case WorkerTask.RevokeSigningKey:
                var keys = scope.ServiceProvider.GetRequiredService<SigningKeyRotation>();
                return await keys.RevokeAsync(command.KeyId!, cancellationToken) ? Done : Failed;
            case WorkerTask.VerifyAudit:
                var verification = scope.ServiceProvider.GetRequiredService<AuditVerification>();
                return await verification.RunAsync(command.NotedHeads, cancellationToken) ? Done : Failed;
            case WorkerTask.AuthenticateAudit:
                var audit = scope.ServiceProvider.GetRequiredService<AuditVerification>();
                return await audit.AuthenticateAsync(command.NotedHeads, cancellationToken) ? Done : Failed;
            case WorkerTask.Import:
                var import = scope.ServiceProvider.GetRequiredService<UserImport>();
                return await import.RunAsync(command.Import!, cancellationToken) ? Done : Failed;
            default:
                await MigrateAsync(scope.ServiceProvider, logger, cancellationToken);
                return Done;
        }
    }

    private static async Task MigrateAsync(IServiceProvider services, ILogger logger, CancellationToken cancellationToken)
    {
        services.GetRequiredService<MigrationWait>().Limit =
            services.GetRequiredService<IOptions<MigrationOptions>>().Value.WaitForOtherWorker;
        var migrator = services.GetRequiredService<DatabaseMigrator>();
        var pending = await services.GetRequiredService<DatabaseWait>().RunAsync(
            async () =>
            {
                var (_, pending) = await migrator.GetStatusAsync(cancellationToken);
                if (pending.Count > 0)
                    LogMigrating(logger, pending.Count);

                await migrator.ApplyAsync(cancellationToken);
                return pending;
            },
            cancellationToken);
        LogMigrated(logger, services.GetRequiredService<DatabaseTarget>(), pending.Count);

        // A worker that only migrates may have no secret.
        if (services.GetService<SecretRenewal>() is { } secrets)
            await secrets.RunAsync(cancellationToken);

        await services.GetRequiredService<AddressCanonicalization>().RunAsync(cancellationToken);
        await services.GetRequiredService<FirstSuperuser>().EnsureAsync(cancellationToken);
        await services.GetRequiredService<DeclaredUsers>().EnsureAsync(cancellationToken);
    }

    private static async Task ShowStatusAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var (applied, pending) = await services.GetRequiredService<DatabaseMigrator>().GetStatusAsync(cancellationToken);
        foreach (var id in applied)
            Console.WriteLine($"applied  {id}");

        foreach (var id in pending)
            Console.WriteLine($"pending  {id}");
    }

    [LoggerMessage(LogLevel.Information, "Applying {Count} migrations. A statement that waits for others is given up after an hour.")]
    private static partial void LogMigrating(ILogger logger, int count);

    [LoggerMessage(LogLevel.Information, "The {Database} schema is current; {Count} migrations were pending.")]
    private static partial void LogMigrated(ILogger logger, DatabaseTarget database, int count);

    [LoggerMessage(LogLevel.Error, "The worker was interrupted before it finished. Run it again.")]
    private static partial void LogInterrupted(ILogger logger);

    [LoggerMessage(LogLevel.Critical, "The worker failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string reason);
}
