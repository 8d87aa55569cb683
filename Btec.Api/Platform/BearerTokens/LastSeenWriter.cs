using System.Threading.Channels;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Records last-seen times in the background, to the minute: at most once a minute for each session, and one statement for all
/// sessions of a second.</summary>
public sealed partial class LastSeenWriter(IServiceScopeFactory scopes, TimeProvider clock, ILogger<LastSeenWriter> logger)
    : BackgroundService
{
    /// <summary>The resolution of last-seen times (docs/contract.md, section 3).</summary>
    private static readonly TimeSpan Resolution = TimeSpan.FromMinutes(1);

    /// <summary>The time for which sessions are collected into one statement.</summary>
    private static readonly TimeSpan CollectFor = TimeSpan.FromSeconds(1);

    /// <summary>The maximum number of waiting sessions. During a database outage further ones are dropped.</summary>
    private const int MaxWaiting = 10_000;

    /// <summary>The maximum number of sessions in one statement.</summary>
    private const int MaxBatch = 500;

    private readonly Channel<Guid> _seen = Channel.CreateBounded<Guid>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Reports a request of a session. Does nothing if the last recorded one is less than a minute old.</summary>
    public void Report(CurrentUser caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (clock.GetUtcNow() - caller.LastSeenAt >= Resolution)
            _seen.Writer.TryWrite(caller.SessionId);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new HashSet<Guid>();
        while (await _seen.Reader.WaitToReadAsync(stoppingToken))
        {
            await Task.Delay(CollectFor, stoppingToken);
            while (batch.Count < MaxBatch && _seen.Reader.TryRead(out var sessionId))
                batch.Add(sessionId);

            try
            {
                await WriteAsync([.. batch], stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The next request reports the session again.
                LogFailed(exception.GetBaseException().Message, batch.Count);
            }

            batch.Clear();
        }
    }

    private async Task WriteAsync(Guid[] sessionIds, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var minute = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % Resolution.Ticks), TimeSpan.Zero);
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<BtecDbContext>().Sessions
            .Where(session => sessionIds.Contains(session.Id) && session.LastSeenAt < minute)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.LastSeenAt, minute), cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "The last-seen times of {Count} sessions were not recorded: {Reason}")]
    private partial void LogFailed(string reason, int count);
}
