using System.Threading.Channels;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Writes down when sessions were seen, to the minute, behind the requests' backs: at most once a minute a session, and
/// all that were seen in a second in one statement.</summary>
public sealed partial class LastSeenWriter(IServiceScopeFactory scopes, TimeProvider clock, ILogger<LastSeenWriter> logger)
    : BackgroundService
{
    private static readonly TimeSpan Resolution = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CollectFor = TimeSpan.FromSeconds(1);

    /// <summary>Sightings that wait to be written; when the database is away the newest are dropped rather than kept.</summary>
    private const int MaxWaiting = 10_000;

    /// <summary>Sessions in one statement.</summary>
    private const int MaxBatch = 500;

    private readonly Channel<Guid> _seen = Channel.CreateBounded<Guid>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Notes a sighting, if the last one is a minute old.</summary>
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
                // The next sighting comes with the next request: none is worth the job's end.
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

    [LoggerMessage(LogLevel.Warning, "{Count} sightings of sessions were not written: {Reason}")]
    private partial void LogFailed(string reason, int count);
}
