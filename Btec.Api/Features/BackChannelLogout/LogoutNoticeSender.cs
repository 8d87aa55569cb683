using Btec.Api.Platform.Jobs;
using Btec.Data.Model;
using Btec.Data.Outbox;
using OpenTelemetry;

namespace Btec.Api.Features.BackChannelLogout;

/// <summary>The background job that delivers back-channel logouts. Several instances share the work.</summary>
internal sealed partial class LogoutNoticeSender(IServiceScopeFactory scopes, TimeProvider clock, ILogger<LogoutNoticeSender> logger)
    : PeriodicJob(s_period, clock)
{
    /// <summary>The number of notices that are delivered at the same time, so that a slow client does not keep the others. An
    /// estimate.</summary>
    private const int MaxConcurrent = 8;

    /// <summary>The time between two looks at the outbox. Access tokens of the session are refused at once; the client learns it a
    /// moment later.</summary>
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);

    private string? _lastFailure;

    /// <summary>Delivers every notice that is due, each once.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var deliveries = new List<Task>();
        while (await ClaimAsync(cancellationToken) is { } notice)
        {
            deliveries.Add(DeliverAsync(notice, cancellationToken));
            if (deliveries.Count < MaxConcurrent)
                continue;

            var finished = await Task.WhenAny(deliveries);
            deliveries.Remove(finished);
            await finished;
        }

        await Task.WhenAll(deliveries);
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

    private async Task<LogoutNotice?> ClaimAsync(CancellationToken cancellationToken)
    {
        // No traces for a query that runs every few seconds and almost always finds nothing.
        using var quiet = SuppressInstrumentationScope.Begin();
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<LogoutNoticeQueue>().ClaimAsync(cancellationToken);
    }

    private async Task DeliverAsync(LogoutNotice notice, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<LogoutNoticeDelivery>().DeliverAsync(notice, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Logout notices cannot be delivered at the moment and will be retried: {Reason}")]
    private partial void LogFailed(string reason);
}
