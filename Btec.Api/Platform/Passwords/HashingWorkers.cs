using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Telemetry;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Passwords;

/// <summary>Dedicated threads for password hashes with a bounded queue in front of them.</summary>
/// <remarks>On the thread pool, a few dozen hashes would starve every other request. A job that is rejected, timed out or whose
/// client has disconnected is never computed.</remarks>
internal sealed class HashingWorkers : IDisposable
{
    private readonly HashingQueue _queue;
    private readonly HashingOptions _options;
    private readonly AuthMetrics _metrics;
    private readonly TimeProvider _clock;

    public HashingWorkers(IOptions<HashingOptions> options, AuthMetrics metrics, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _metrics, _clock) = (options.Value, metrics, clock);
        _queue = new HashingQueue(_options, metrics);
        for (var number = 1; number <= _options.Workers; number++)
            new Thread(Work) { Name = $"Hashing {number}", IsBackground = true }.Start();
    }

    /// <summary>The number of jobs that wait for a worker.</summary>
    public int WaitingCount => _queue.Count;

    /// <summary>Runs a computation of the process itself on a worker.</summary>
    /// <inheritdoc cref="RunAsync{T}(string, Func{T}, HashingClient, CancellationToken)"/>
    public Task<T> RunAsync<T>(string operation, Func<T> compute, CancellationToken cancellationToken) =>
        RunAsync(operation, compute, HashingClient.Own, cancellationToken);

    /// <summary>Runs a computation for a client on a worker.</summary>
    /// <exception cref="BusyException">The queue is full, another network took the place, or the wait exceeds the limit or is
    /// expected to.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled before a worker was free.</exception>
    public async Task<T> RunAsync<T>(
        string operation, Func<T> compute, HashingClient client, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var enqueued = _clock.GetTimestamp();
        // A task captures the execution context here, so that the span of the hash belongs to the trace of its request.
        var work = new Task<T>(
            () => Compute(operation, compute, _clock.GetElapsedTime(enqueued)),
            CancellationToken.None,
            TaskCreationOptions.RunContinuationsAsynchronously);
        var job = new HashingJob(work, client);
        _queue.Enqueue(job);
        try
        {
            await job.Started.Task.WaitAsync(_options.WaitLimit, _clock, cancellationToken);
        }
        catch (TimeoutException) when (_queue.TryWithdraw(job))
        {
            throw _queue.Reject("wait_limit", client);
        }
        catch (OperationCanceledException) when (_queue.TryWithdraw(job))
        {
            throw;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // A worker took the job at the same moment, or another job its place.
            await job.Started.Task;
        }

        return await work;
    }

    /// <summary>Lets the workers end once the queue is empty.</summary>
    public void Dispose() => _queue.Stop();

    private void Work()
    {
        while (_queue.Take() is { } job)
        {
            job.Started.SetResult();
            job.Work.RunSynchronously(TaskScheduler.Default);
        }
    }

    private T Compute<T>(string operation, Func<T> compute, TimeSpan waited)
    {
        var started = _clock.GetTimestamp();
        try
        {
            using var measured = _metrics.MeasureHash(operation, waited);
            return compute();
        }
        finally
        {
            // Before the task completes, so that its awaiter sees the worker as free.
            _queue.Finish(_clock.GetElapsedTime(started));
        }
    }
}
