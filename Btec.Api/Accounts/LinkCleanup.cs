using System.Security.Cryptography;
using Btec.Data;

namespace Btec.Api.Accounts;

/// <summary>Deletes, in the background, links whose time is over.</summary>
public sealed partial class LinkCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<LinkCleanup> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    /// <summary>The start and its first requests come first.</summary>
    private static readonly TimeSpan FirstRound = TimeSpan.FromMinutes(1);

    /// <summary>Instances that started together spread over this time.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromMinutes(1);

    /// <summary>Deletes all there is, batch by batch. Returns how many went.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            var deleted = await scope.ServiceProvider.GetRequiredService<ExpiredLinks>()
                .DeleteBatchAsync(clock.GetStoredNow(), cancellationToken);
            total += deleted;
            if (deleted < ExpiredLinks.BatchSize)
                return total;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(
            FirstRound + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)Spread.TotalMilliseconds)), clock, stoppingToken);
        using var timer = new PeriodicTimer(Period, clock);
        do
        {
            // Not on the thread that fired the timer: SQLite works synchronously.
            await Task.Yield();
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The next round finds what this one left.
                LogFailed(exception.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "Links whose time is over were not deleted: {Reason}")]
    private partial void LogFailed(string reason);
}
