using Btec.Data.Model;
using Btec.Data.Outbox;
using OpenTelemetry;

namespace Btec.Api.Platform.Jobs;

/// <summary>The background service that delivers the items of one outbox: those that this process commits at once, all others within
/// <see cref="PollPeriod"/>. While the database is unavailable, it waits.</summary>
/// <param name="maxConcurrent">The number of items that are delivered at the same time.</param>
/// <param name="table">The table of the outbox.</param>
/// <param name="signal">Pulsed when an item is committed.</param>
internal abstract class OutboxSender<TItem>(
    int maxConcurrent, string table, OutboxSignal signal, OutboxPeek peek, IServiceScopeFactory scopes, TimeProvider clock)
    : BackgroundService
    where TItem : OutboxItem
{
    /// <summary>The interval at which the outbox is checked for retries and for items committed by other processes.</summary>
    public static readonly TimeSpan PollPeriod = TimeSpan.FromSeconds(5);

    /// <summary>The delay before the first check, which finds the items that an earlier process left.</summary>
    private static readonly TimeSpan FirstPoll = TimeSpan.FromSeconds(1);

    /// <summary>The time for which items in flight may finish when the process stops. Docker kills a process 10 s after asking it
    /// to stop.</summary>
    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(4);

    private readonly SemaphoreSlim _slots = new(maxConcurrent);
    private bool _isDatabaseUnavailable;

    protected TimeProvider Clock => clock;

    /// <summary>The interval at which the outbox is checked although nothing can be sent, or <see langword="null"/>.</summary>
    protected virtual TimeSpan? IdlePeriod => null;

    public override void Dispose()
    {
        _slots.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var abort = new CancellationTokenSource();
        await using var poll = IdlePeriod is null
            ? clock.CreateTimer(_ => signal.Pulse(), state: null, FirstPoll, PollPeriod)
            : null;
        try
        {
            while (true)
            {
                await (IdlePeriod is { } period ? Task.Delay(period, clock, stoppingToken) : signal.WaitAsync(stoppingToken));
                await PrepareAsync(stoppingToken);
                if (await TryAsync(async _ => await MayHaveWaitingAsync(stoppingToken), stoppingToken))
                {
                    await SendDueAsync(abort.Token, stoppingToken);
                    await TryAsync(services => ObserveAsync(services, stoppingToken), stoppingToken);
                }
            }
        }
        finally
        {
            // Nothing more is claimed. What is in flight may finish; after that it is released for another process.
            abort.CancelAfter(ShutdownGrace);
            for (var slot = 0; slot < maxConcurrent; slot++)
                await _slots.WaitAsync(CancellationToken.None);
        }
    }

    /// <summary>Prepares each round, whether anything waits or not.</summary>
    protected virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Claims an item that is due, or returns <see langword="null"/>.</summary>
    protected abstract Task<TItem?> ClaimAsync(IServiceProvider services, CancellationToken cancellationToken);

    /// <summary>Makes one attempt and records the result.</summary>
    /// <param name="item">The item.</param>
    /// <param name="abort">Canceled when the process stops. The item is then released at once.</param>
    protected abstract Task DeliverAsync(TItem item, CancellationToken abort);

    /// <summary>Returns the queue.</summary>
    protected abstract OutboxQueue<TItem> GetQueue(IServiceProvider services);

    /// <summary>Takes the creation time of the oldest item that waits, after each round.</summary>
    protected abstract void Observe(DateTimeOffset? oldestCreatedAt);

    /// <summary>Logs why nothing can be sent.</summary>
    protected abstract void LogFailure(string reason);

    private async Task<bool> MayHaveWaitingAsync(CancellationToken cancellationToken)
    {
        if (await peek.MayHaveWaitingAsync(table, cancellationToken))
            return true;

        Observe(oldestCreatedAt: null);
        return false;
    }

    private async Task<bool> ObserveAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        Observe(await GetQueue(services).FindOldestAsync(cancellationToken));
        return true;
    }

    private async Task SendDueAsync(CancellationToken abort, CancellationToken stoppingToken)
    {
        while (true)
        {
            await _slots.WaitAsync(stoppingToken);
            TItem? item = null;
            try
            {
                item = await TryAsync(services => ClaimAsync(services, stoppingToken), stoppingToken);
            }
            finally
            {
                if (item is null)
                    _slots.Release();
            }

            if (item is null)
                return;

            _ = DeliverOneAsync(item, abort);
        }
    }

    private async Task DeliverOneAsync(TItem item, CancellationToken abort)
    {
        try
        {
            // On another thread: composing is CPU work, and SQLite is synchronous.
            await Task.Run(() => DeliverAsync(item, abort), CancellationToken.None);
        }
#pragma warning disable CA1031 // The lease of the claim ends, and the item is retried.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailure(exception.GetBaseException().Message);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Queries the queue. Returns the default value if the database is unavailable, and logs that once.</summary>
    private async Task<T?> TryAsync<T>(Func<IServiceProvider, Task<T>> ask, CancellationToken stoppingToken)
    {
        try
        {
            // No traces for a query that runs every few seconds and almost always finds nothing.
            using var quiet = SuppressInstrumentationScope.Begin();
            await using var scope = scopes.CreateAsyncScope();
            var answer = await ask(scope.ServiceProvider);
            _isDatabaseUnavailable = false;
            return answer;
        }
#pragma warning disable CA1031 // Any failure is retried in the next round.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            stoppingToken.ThrowIfCancellationRequested();
            if (!_isDatabaseUnavailable)
                LogFailure(exception.GetBaseException().Message);

            _isDatabaseUnavailable = true;
            return default;
        }
    }
}
