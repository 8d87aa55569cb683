using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Telemetry;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Passwords;

/// <summary>Threads of their own for bcrypt, so that no other request waits for one, and a bounded queue before them. What is
/// refused, and what nobody waits for any more, is never computed.</summary>
public sealed class HashingWorkers : IDisposable
{
    /// <summary>The share of the newest hash in the mean: the last dozen or so count, some seconds of work.</summary>
    private const double NewestShare = 0.125;

    /// <summary>A hash counts as no more than this many times the mean: one in whose middle the process was stopped, or the clock set,
    /// says nothing of the next.</summary>
    private const double MaxOutlier = 2;

    private readonly object _changing = new();
    private readonly LinkedList<Job> _queue = new();
    private readonly HashingOptions _options;
    private readonly AuthMetrics _metrics;
    private readonly TimeProvider _clock;
    private int _running;
    private bool _isStopping;
    private TimeSpan _mean;

    public HashingWorkers(IOptions<HashingOptions> options, AuthMetrics metrics, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _metrics, _clock) = (options.Value, metrics, clock);
        for (var number = 1; number <= _options.Workers; number++)
            new Thread(Work) { Name = $"Hashing {number}", IsBackground = true }.Start();
    }

    /// <summary>How many wait for a worker.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_changing)
                return _queue.Count;
        }
    }

    /// <summary>Computes on a worker, once one is free.</summary>
    /// <exception cref="BusyException">The queue is full, or the wait is or would become longer than the limit.</exception>
    /// <exception cref="OperationCanceledException">Whoever asked went away before a worker was free.</exception>
    public async Task<T> RunAsync<T>(string operation, Func<T> compute, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var asked = _clock.GetTimestamp();
        // A task runs in the context of who made it: the span of the hash belongs to its request.
        var work = new Task<T>(
            () => Compute(operation, compute, _clock.GetElapsedTime(asked)),
            CancellationToken.None,
            TaskCreationOptions.RunContinuationsAsynchronously);
        var job = new Job(work);
        Enqueue(job);
        try
        {
            await job.Started.Task.WaitAsync(_options.WaitLimit, _clock, cancellationToken);
        }
        catch (TimeoutException) when (TryWithdraw(job))
        {
            throw Refuse("wait_limit", WaitOfAll());
        }
        catch (OperationCanceledException) when (TryWithdraw(job))
        {
            throw;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // A worker was quicker.
        }

        return await work;
    }

    /// <summary>Lets the workers end once the queue is empty.</summary>
    public void Dispose()
    {
        lock (_changing)
        {
            _isStopping = true;
            Monitor.PulseAll(_changing);
        }
    }

    private void Enqueue(Job job)
    {
        lock (_changing)
        {
            if (_running + _queue.Count >= _options.Workers + _options.QueueLimit)
                throw Refuse("queue_full", WaitOfAll());

            if (_running + _queue.Count >= _options.Workers && WaitOfAll() is var wait && wait > _options.WaitLimit)
                throw Refuse("expected_wait", wait);

            _queue.AddLast(job.Place);
            _metrics.ChangeHashQueue(+1);
            Monitor.Pulse(_changing);
        }
    }

    private bool TryWithdraw(Job job)
    {
        lock (_changing)
        {
            if (job.Place.List is null)
                return false;

            _queue.Remove(job.Place);
            _metrics.ChangeHashQueue(-1);
            return true;
        }
    }

    /// <summary>How long whoever comes last now would wait for a worker, at the rate of the last hashes.</summary>
    private TimeSpan WaitOfAll()
    {
        lock (_changing)
            return _mean * (_queue.Count + 1) / _options.Workers;
    }

    private BusyException Refuse(string reason, TimeSpan wait)
    {
        _metrics.CountHashRejection(reason);
        return new BusyException(wait);
    }

    private void Work()
    {
        while (Take() is { } job)
        {
            job.Started.SetResult();
            job.Work.RunSynchronously(TaskScheduler.Default);
        }
    }

    private Job? Take()
    {
        lock (_changing)
        {
            while (_queue.Count == 0)
            {
                if (_isStopping)
                    return null;

                Monitor.Wait(_changing);
            }

            var job = _queue.First!.Value;
            _queue.RemoveFirst();
            _metrics.ChangeHashQueue(-1);
            _running++;
            return job;
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
            // Before the task ends: whoever waits for it may look at once.
            Finish(_clock.GetElapsedTime(started));
        }
    }

    private void Finish(TimeSpan elapsed)
    {
        lock (_changing)
        {
            _running--;
            // Whatever the clock did meanwhile: no hash takes less than no time.
            if (elapsed <= TimeSpan.Zero)
                return;

            var most = _mean * MaxOutlier;
            _mean = _mean == TimeSpan.Zero ? elapsed : _mean + (((elapsed < most ? elapsed : most) - _mean) * NewestShare);
        }
    }

    private sealed class Job
    {
        public Job(Task work) => (Work, Place) = (work, new LinkedListNode<Job>(this));

        public Task Work { get; }

        public LinkedListNode<Job> Place { get; }

        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
