using System.Collections.Concurrent;
using Btec.Api.Platform.Jobs;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Model;
using Btec.Data.Outbox;
using OpenTelemetry;

namespace Btec.Api.Features.BackChannelLogout;

/// <summary>The background job that delivers back-channel logouts. Several instances share the work.</summary>
internal sealed partial class LogoutNoticeSender(
    IServiceScopeFactory scopes, LogoutMetrics metrics, TimeProvider clock, ILogger<LogoutNoticeSender> logger)
    : PeriodicJob(s_period, clock)
{
    /// <summary>The number of notices that are delivered at the same time. An estimate.</summary>
    private const int MaxConcurrent = 32;

    /// <summary>The number of notices that one client is sent at the same time, so that 16 clients may hang and the others still get
    /// theirs.</summary>
    private const int MaxPerClient = 2;

    /// <summary>The time between two checks of the outbox. Access tokens of the session are refused at once; the client learns it a
    /// moment later.</summary>
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);

    /// <summary>The clients that failed, and until when they are sent nothing else: one period.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> _failing = new(StringComparer.Ordinal);

    private string? _lastFailure;

    /// <summary>Delivers every notice that is due, each once, but for those of clients that have just failed.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await DeliverDueAsync(cancellationToken);
        metrics.OldestCreatedAt = await QueryAsync(queue => queue.FindOldestAsync(cancellationToken));
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await RunOnceAsync(cancellationToken);
        _lastFailure = null;
    }

    /// <summary>Logs a failure once, although every round of an outage fails.</summary>
    protected override void LogFailure(string reason)
    {
        if (_lastFailure != reason)
            LogFailed(reason);

        _lastFailure = reason;
    }

    private async Task DeliverDueAsync(CancellationToken cancellationToken)
    {
        var deliveries = new Dictionary<Task<bool>, string>();
        try
        {
            while (true)
            {
                var notice = deliveries.Count < MaxConcurrent ? await ClaimAsync(FindPassedOver(deliveries), cancellationToken) : null;
                if (notice is not null)
                    deliveries.Add(DeliverAsync(notice, cancellationToken), notice.ClientId);
                else if (deliveries.Count == 0)
                    return;
                else
                    await Task.WhenAny(deliveries.Keys);

                foreach (var (finished, clientId) in deliveries.Where(delivery => delivery.Key.IsCompleted).ToList())
                {
                    deliveries.Remove(finished);
                    if (!await finished)
                        _failing[clientId] = Clock.GetUtcNow() + s_period;
                }
            }
        }
        finally
        {
            await Task.WhenAll(deliveries.Keys);
        }
    }

    /// <summary>Returns the clients that are busy or have just failed.</summary>
    private List<string> FindPassedOver(Dictionary<Task<bool>, string> deliveries)
    {
        var now = Clock.GetUtcNow();
        foreach (var failed in _failing.Where(client => client.Value <= now))
            _failing.TryRemove(failed);

        var busy = deliveries.Values.CountBy(client => client).Where(client => client.Value >= MaxPerClient).Select(client => client.Key);
        return [.. busy.Union(_failing.Keys, StringComparer.Ordinal)];
    }

    private Task<LogoutNotice?> ClaimAsync(List<string> passedOver, CancellationToken cancellationToken) =>
        QueryAsync(queue => queue.ClaimAsync(passedOver, cancellationToken));

    private async Task<T> QueryAsync<T>(Func<LogoutNoticeQueue, Task<T>> query)
    {
        // No traces for a query that runs every few seconds and almost always finds nothing.
        using var quiet = SuppressInstrumentationScope.Begin();
        await using var scope = scopes.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<LogoutNoticeQueue>());
    }

    private async Task<bool> DeliverAsync(LogoutNotice notice, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<LogoutNoticeDelivery>().DeliverAsync(notice, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Logout notices cannot be delivered at the moment and will be retried: {Reason}")]
    private partial void LogFailed(string reason);
}
