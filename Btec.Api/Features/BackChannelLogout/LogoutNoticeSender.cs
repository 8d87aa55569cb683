using System.Collections.Concurrent;
using Btec.Api.Platform.Jobs;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Model;
using Btec.Data.Outbox;

namespace Btec.Api.Features.BackChannelLogout;

/// <summary>The background service that delivers back-channel logouts. Several instances share the work.</summary>
internal sealed partial class LogoutNoticeSender(
    IServiceScopeFactory scopes,
    LogoutNoticeSignal signal,
    OutboxPeek peek,
    LogoutMetrics metrics,
    TimeProvider clock,
    ILogger<LogoutNoticeSender> logger)
    : OutboxSender<LogoutNotice>(MaxConcurrent, LogoutNoticeQueue.Table, signal, peek, scopes, clock)
{
    /// <summary>The number of notices that are delivered at the same time. An estimate.</summary>
    private const int MaxConcurrent = 32;

    /// <summary>The number of notices that one client is sent at the same time, so that 15 clients may hang and the others still get
    /// theirs.</summary>
    private const int MaxPerClient = 2;

    private readonly ConcurrentDictionary<string, int> _inFlight = new(StringComparer.Ordinal);

    /// <summary>The clients that failed, and until when they are sent nothing else.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> _failing = new(StringComparer.Ordinal);

    private readonly IServiceScopeFactory _scopes = scopes;
    private readonly LogoutNoticeSignal _signal = signal;

    protected override async Task<LogoutNotice?> ClaimAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var notice = await services.GetRequiredService<LogoutNoticeQueue>().ClaimAsync(FindPassedOver(), cancellationToken);
        if (notice is not null)
            _inFlight.AddOrUpdate(notice.ClientId, 1, (_, count) => count + 1);

        return notice;
    }

    protected override async Task DeliverAsync(LogoutNotice item, CancellationToken abort)
    {
        try
        {
            await using var scope = _scopes.CreateAsyncScope();
            var isAccepted = await scope.ServiceProvider.GetRequiredService<LogoutNoticeDelivery>().DeliverAsync(item, abort);
            if (!isAccepted)
                _failing[item.ClientId] = Clock.GetUtcNow() + PollPeriod;
        }
        finally
        {
            _inFlight.AddOrUpdate(item.ClientId, 0, (_, count) => count - 1);
            // There is room for another.
            _signal.Pulse();
        }
    }

    protected override OutboxQueue<LogoutNotice> GetQueue(IServiceProvider services) => services.GetRequiredService<LogoutNoticeQueue>();

    protected override void Observe(DateTimeOffset? oldestCreatedAt) => metrics.OldestCreatedAt = oldestCreatedAt;

    protected override void LogFailure(string reason) => LogFailed(reason);

    /// <summary>Returns the clients that are busy or have just failed.</summary>
    private List<string> FindPassedOver()
    {
        var now = Clock.GetUtcNow();
        foreach (var failed in _failing.Where(client => client.Value <= now))
            _failing.TryRemove(failed);

        foreach (var idle in _inFlight.Where(client => client.Value == 0))
            _inFlight.TryRemove(idle);

        var busy = _inFlight.Where(client => client.Value >= MaxPerClient).Select(client => client.Key);
        return [.. busy.Union(_failing.Keys, StringComparer.Ordinal)];
    }

    [LoggerMessage(LogLevel.Warning, "Logout notices cannot be delivered at the moment and will be retried: {Reason}")]
    private partial void LogFailed(string reason);
}
