using System.Security.Cryptography;
using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Audit;

/// <summary>Writes the heads of the audit chains to the log, which is elsewhere than the database. A noted head shows later that
/// no older event was changed or removed, even by somebody who knows the secret.</summary>
internal sealed partial class AuditHeadLog(IServiceScopeFactory scopes, TimeProvider clock, ILogger<AuditHeadLog> logger)
    : BackgroundService
{
    /// <summary>The time between two notes: one hour. What is removed within an hour of being written may stay unnoticed by a
    /// comparison with them; no standard sets the time.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>The delay before the first note, so that it does not compete with start-up.</summary>
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMinutes(1);

    /// <summary>The largest random addition to the first delay. It spreads instances that started together.</summary>
    private static readonly TimeSpan MaxJitter = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var jitter = TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)MaxJitter.TotalMilliseconds));
        await Task.Delay(FirstDelay + jitter, clock, stoppingToken);
        using var timer = new PeriodicTimer(Period, clock);
        do
        {
            // Leaves the thread that fired the timer: SQLite is synchronous.
            await Task.Yield();
            try
            {
                await NoteAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task NoteAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var chains = await scope.ServiceProvider.GetRequiredService<BtecDbContext>().AuditChains.AsNoTracking()
            .ToListAsync(cancellationToken);
        var ends = scope.ServiceProvider.GetRequiredService<AuditEnds>();
        var faulty = chains.Where(chain => !ends.AreAuthentic(chain)).Select(chain => chain.Id).Order().ToList();
        if (faulty.Count > 0)
            LogNotAuthentic(string.Join(", ", faulty));

        if (chains.Exists(chain => chain.Length > 0))
            LogHeads(AuditHead.Write(chains));
    }

    [LoggerMessage(LogLevel.Information, "The heads of the audit chains are {Heads}.")]
    private partial void LogHeads(string heads);

    [LoggerMessage(
        LogLevel.Error, "The ends of the audit chains {Chains} are not authentic. Run the worker with --verify-audit.")]
    private partial void LogNotAuthentic(string chains);

    [LoggerMessage(LogLevel.Warning, "The heads of the audit chains could not be noted and will be next time: {Reason}")]
    private partial void LogFailed(string reason);
}
