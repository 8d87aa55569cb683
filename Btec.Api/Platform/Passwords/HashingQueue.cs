using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Telemetry;

namespace Btec.Api.Platform.Passwords;

/// <summary>The bounded queue in front of the hashing workers. It rejects jobs that would wait too long.</summary>
internal sealed class HashingQueue(HashingOptions options, AuthMetrics metrics)
{
    /// <summary>The weight of the newest duration in the moving average. With an eighth, about the last dozen hashes count: a few
    /// seconds of work.</summary>
    private const double NewestWeight = 0.125;

    /// <summary>The largest multiple of the average that a single duration counts as. A longer one means that the process was
    /// suspended or the clock was set, and says nothing about the next hash.</summary>
    private const double MaxOutlier = 2;

    private readonly object _lock = new();
    private readonly LinkedList<HashingJob> _jobs = new();
    private int _running;
    private bool _isStopping;
    private TimeSpan _averageDuration;

    /// <summary>The number of jobs that wait for a worker.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _jobs.Count;
        }
    }

    /// <exception cref="BusyException">The queue is full, or the expected wait exceeds the limit.</exception>
    public void Enqueue(HashingJob job)
    {
        lock (_lock)
        {
            if (_running + _jobs.Count >= options.Workers + options.QueueLimit)
                throw Reject("queue_full");

            if (_running + _jobs.Count >= options.Workers && EstimateWait() > options.WaitLimit)
                throw Reject("expected_wait");

            _jobs.AddLast(job.Node);
            metrics.ChangeHashQueue(+1);
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Removes a job that waits. Returns <see langword="false"/> if a worker has already taken it.</summary>
    public bool TryWithdraw(HashingJob job)
    {
        lock (_lock)
        {
            if (job.Node.List is null)
                return false;

            _jobs.Remove(job.Node);
            metrics.ChangeHashQueue(-1);
            return true;
        }
    }

    /// <summary>Waits for a job and takes it. Returns <see langword="null"/> once the queue is stopped and empty.</summary>
    public HashingJob? Take()
    {
        lock (_lock)
        {
            while (_jobs.Count == 0)
            {
                if (_isStopping)
                    return null;

                Monitor.Wait(_lock);
            }

            var job = _jobs.First!.Value;
            _jobs.RemoveFirst();
            metrics.ChangeHashQueue(-1);
            _running++;
            return job;
        }
    }

    /// <summary>Records that a worker has finished a job.</summary>
    public void Finish(TimeSpan duration)
    {
        lock (_lock)
        {
            _running--;
            // A clock that was set back can report zero or less.
            if (duration <= TimeSpan.Zero)
                return;

            var most = _averageDuration * MaxOutlier;
            _averageDuration = _averageDuration == TimeSpan.Zero
                ? duration
                : _averageDuration + (((duration < most ? duration : most) - _averageDuration) * NewestWeight);
        }
    }

    /// <summary>Lets the workers end once the queue is empty.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopping = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Counts a rejection and returns the exception for it.</summary>
    public BusyException Reject(string reason)
    {
        metrics.CountHashRejection(reason);
        return new BusyException(EstimateWait());
    }

    /// <summary>Estimates how long a job that is enqueued now would wait, from the durations of the last hashes.</summary>
    private TimeSpan EstimateWait()
    {
        lock (_lock)
            return _averageDuration * (_jobs.Count + 1) / options.Workers;
    }
}
