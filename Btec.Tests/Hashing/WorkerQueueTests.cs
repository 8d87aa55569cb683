using System.Diagnostics.Metrics;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Api.Platform.Telemetry;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.Hashing;

/// <summary>The queue of one worker. The test decides when the work ends and how long it appears to take.</summary>
public sealed class WorkerQueueTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SemaphoreSlim _ends = new(0);
    private readonly List<Task<int>> _asked = [];
    private HashingWorkers? _workers;
    private int _computed;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _ends.Release(1000);
        await Task.WhenAll(_asked).ContinueWith(_ => { }, TaskScheduler.Default);
        _workers?.Dispose();
        _ends.Dispose();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_never_computes_what_it_refused()
    {
        Start(queueLimit: 2);
        var accepted = await FillAsync(3);

        await Assert.ThrowsAsync<BusyException>(() => AskAsync(Cancellation));

        _ends.Release(10);
        await Task.WhenAll(accepted);
        Assert.Equal(3, _computed);
    }

    [Fact]
    public async Task With_a_queue_limit_of_0_a_free_worker_is_still_used()
    {
        Start(queueLimit: 0);

        _ends.Release(1);
        await AskAsync(Cancellation);
        await FillAsync(1);

        await Assert.ThrowsAsync<BusyException>(() => AskAsync(Cancellation));
    }

    [Fact]
    public async Task Retry_After_is_the_time_that_the_whole_queue_takes_at_the_rate_of_the_last_hashes()
    {
        Start(queueLimit: 3);
        await MeasureAsync(TimeSpan.FromSeconds(2));
        await FillAsync(4);

        var busy = await Assert.ThrowsAsync<BusyException>(() => AskAsync(Cancellation));

        Assert.Equal(TimeSpan.FromSeconds(8), busy.RetryAfter);
    }

    [Fact]
    public async Task The_rate_adapts_to_faster_hashes()
    {
        Start(queueLimit: 0);
        await MeasureAsync(TimeSpan.FromSeconds(8));
        for (var hash = 0; hash < 60; hash++)
            await MeasureAsync(TimeSpan.FromSeconds(1));

        await FillAsync(1);
        var busy = await Assert.ThrowsAsync<BusyException>(() => AskAsync(Cancellation));

        Assert.InRange(busy.RetryAfter.TotalSeconds, 1, 1.1);
    }

    [Fact]
    public async Task One_hash_interrupted_by_a_suspended_process_hardly_changes_the_rate()
    {
        Start(queueLimit: 0);
        await MeasureAsync(TimeSpan.FromSeconds(1));
        await MeasureAsync(TimeSpan.FromHours(1));

        await FillAsync(1);
        var busy = await Assert.ThrowsAsync<BusyException>(() => AskAsync(Cancellation));

        Assert.InRange(busy.RetryAfter.TotalSeconds, 1, 1.125);
    }

    [Fact]
    public async Task A_hash_during_which_the_clock_was_set_back_does_not_count_for_the_rate()
    {
        Start(queueLimit: 0);
        await MeasureAsync(TimeSpan.FromSeconds(1));
        await _workers!.RunAsync(
            "hash",
            () =>
            {
                _clock.AdjustTime(_clock.GetUtcNow() - TimeSpan.FromHours(1));
                return true;
            },
            Cancellation);
        for (var hash = 0; hash < 300; hash++)
            await MeasureAsync(TimeSpan.FromSeconds(1));

        await FillAsync(1);
        var busy = await Assert.ThrowsAsync<BusyException>(() => AskAsync(Cancellation));

        Assert.Equal(TimeSpan.FromSeconds(1), busy.RetryAfter);
    }

    [Fact]
    public async Task The_rate_adapts_to_hashes_that_stay_slow()
    {
        Start(queueLimit: 0);
        await MeasureAsync(TimeSpan.FromSeconds(1));
        for (var hash = 0; hash < 60; hash++)
            await MeasureAsync(TimeSpan.FromSeconds(8));

        await FillAsync(1);
        var busy = await Assert.ThrowsAsync<BusyException>(() => AskAsync(Cancellation));

        Assert.InRange(busy.RetryAfter.TotalSeconds, 7.5, 8);
    }

    [Fact]
    public async Task A_request_that_would_wait_longer_than_the_limit_is_refused_although_the_queue_has_room()
    {
        Start(queueLimit: 100);
        await MeasureAsync(TimeSpan.FromSeconds(4));
        await FillAsync(3);

        var busy = await Assert.ThrowsAsync<BusyException>(() => AskAsync(Cancellation));

        Assert.Equal(TimeSpan.FromSeconds(12), busy.RetryAfter);
    }

    [Fact]
    public async Task A_free_worker_takes_a_request_however_slow_the_hashes_are()
    {
        Start(queueLimit: 100);
        await MeasureAsync(TimeSpan.FromMinutes(5));

        await MeasureAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(2, _computed);
    }

    [Fact]
    public async Task A_request_that_has_waited_for_the_limit_is_refused_and_never_computed()
    {
        Start(queueLimit: 1);
        var first = (await FillAsync(1))[0];
        var late = AskAsync(Cancellation);

        _clock.Advance(TimeSpan.FromSeconds(9.999));
        Assert.False(late.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.001));
        await Assert.ThrowsAsync<BusyException>(() => late);

        _ends.Release(10);
        await first;
        await AskAsync(Cancellation);
        Assert.Equal(2, _computed);
    }

    [Fact]
    public async Task A_cancelled_request_frees_its_place_and_is_never_computed()
    {
        Start(queueLimit: 1);
        var first = (await FillAsync(1))[0];
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var left = AskAsync(leaving.Token);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        var next = AskAsync(Cancellation);
        _ends.Release(10);
        await Task.WhenAll(first, next);
        Assert.Equal(2, _computed);
    }

    [Fact]
    public async Task A_request_that_is_already_cancelled_is_not_queued()
    {
        Start(queueLimit: 1);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync(new CancellationToken(canceled: true)));

        Assert.Equal(0, _computed);
    }

    [Fact]
    public async Task A_hash_that_has_begun_is_finished_although_its_request_is_cancelled()
    {
        Start(queueLimit: 1);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var begun = AskAsync(leaving.Token);
        await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref _computed) == 1), "the worker has begun");

        await leaving.CancelAsync();
        _ends.Release(1);

        Assert.Equal(1, await begun);
    }

    [Fact]
    public async Task An_exception_reaches_the_caller_and_the_worker_continues()
    {
        var workers = Start(queueLimit: 1);

        await Assert.ThrowsAsync<FormatException>(() => workers.RunAsync<int>("verify", () => throw new FormatException(), Cancellation));

        _ends.Release(1);
        Assert.Equal(1, await AskAsync(Cancellation));
    }

    [Fact]
    public async Task Requests_queued_when_the_application_stops_are_still_computed()
    {
        var workers = Start(queueLimit: 5);
        var accepted = await FillAsync(6);

        workers.Dispose();
        _ends.Release(10);

        await Task.WhenAll(accepted);
    }

    private HashingWorkers Start(int queueLimit) =>
        _workers = new HashingWorkers(
            Options.Create(new HashingOptions { Workers = 1, QueueLimit = queueLimit, WaitLimit = TimeSpan.FromSeconds(10) }),
            new AuthMetrics(_services.GetRequiredService<IMeterFactory>(), _clock),
            _clock);

    private Task<int> AskAsync(CancellationToken cancellationToken)
    {
        var asked = _workers!.RunAsync(
            "verify",
            () =>
            {
                var number = Interlocked.Increment(ref _computed);
                _ends.Wait(CancellationToken.None);
                return number;
            },
            cancellationToken);
        _asked.Add(asked);
        return asked;
    }

    /// <summary>Starts one request that is being computed, and others that wait.</summary>
    private async Task<List<Task<int>>> FillAsync(int count)
    {
        var before = _computed;
        List<Task<int>> asked = [AskAsync(Cancellation)];
        await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref _computed) == before + 1), "the worker has begun");
        asked.AddRange(Enumerable.Range(1, count - 1).Select(_ => AskAsync(Cancellation)));
        return asked;
    }

    /// <summary>Computes one hash that appears to take this long.</summary>
    private Task<bool> MeasureAsync(TimeSpan duration) => _workers!.RunAsync(
        "hash",
        () =>
        {
            Interlocked.Increment(ref _computed);
            _clock.Advance(duration);
            return true;
        },
        Cancellation);
}
