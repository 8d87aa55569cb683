using System.Threading.Channels;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Records the last-seen times of sessions in the background, to the minute. A session is written at most once a minute,
/// and those of one second share a statement.</summary>
internal sealed partial class LastSeenWriter(IServiceScopeFactory scopes, TimeProvider clock, ILogger<LastSeenWriter> logger)
    : BackgroundService
{
    /// <summary>The resolution of last-seen times: one minute (docs/contract.md).</summary>
    private static readonly TimeSpan Resolution = TimeSpan.FromMinutes(1);

    /// <summary>The time for which sessions are collected into one statement. With <see cref="MaxBatch"/> it bounds an
    /// instance to 500 updated sessions per second, which is 30,000 sessions in use at once.</summary>
    private static readonly TimeSpan CollectFor = TimeSpan.FromSeconds(1);

    /// <summary>The maximum number of sessions that wait to be written: 10,000 ids of 16 bytes, 160 kB. During a database
    /// outage, further ones are dropped, because the next request of a session reports it again.</summary>
    private const int MaxWaiting = 10_000;

    /// <summary>The maximum number of sessions in one statement, so that it holds its row locks only briefly. The number was
    /// not measured.</summary>
    private const int MaxBatch = 500;

    private readonly Channel<Guid> _seen = Channel.CreateBounded<Guid>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Rounds a time down to the resolution of last-seen times.</summary>
    public static DateTimeOffset ToMinute(DateTimeOffset moment) =>
        new(moment.UtcTicks - (moment.UtcTicks % Resolution.Ticks), TimeSpan.Zero);

    /// <summary>Queues the session of a request, if its last-seen time is at least a minute old.</summary>
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
                // The next request of each session reports it again, so the writer goes on.
                LogFailed(exception.GetBaseException().Message, batch.Count);
            }

            batch.Clear();
        }
    }

    private async Task WriteAsync(Guid[] sessionIds, CancellationToken cancellationToken)
    {
        var minute = ToMinute(clock.GetUtcNow());
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<BtecDbContext>().Sessions
            .Where(session => sessionIds.Contains(session.Id) && session.LastSeenAt < minute)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.LastSeenAt, minute), cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "The last-seen times of {Count} sessions could not be written: {Reason}")]
    private partial void LogFailed(string reason, int count);
}
