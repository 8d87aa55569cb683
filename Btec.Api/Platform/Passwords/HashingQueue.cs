using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Telemetry;

namespace Btec.Api.Platform.Passwords;

/// <summary>The bounded queue in front of the hashing workers. It rejects jobs that would wait too long, and takes one network's
/// jobs after another's.</summary>
internal sealed class HashingQueue(HashingOptions options, AuthMetrics metrics)
{
    /// <summary>The weight of the newest duration in the moving average. With an eighth, about the last dozen hashes count: a few
    /// seconds of work.</summary>
    private const double NewestWeight = 0.125;

    /// <summary>The largest multiple of the average that a single duration counts as. A longer one means that the process was
    /// suspended or the clock was set, and says nothing about the next hash.</summary>
    private const double MaxOutlier = 2;

    private readonly object _lock = new();
    private readonly HashingShares _jobs = new(options.QueueLimit);
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

    /// <summary>Adds a job. If the queue is full, it takes the place of a job of a network that has more, which is then
    /// rejected.</summary>
    /// <exception cref="BusyException">The queue is full, or the expected wait exceeds the limit.</exception>
    public void Enqueue(HashingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        HashingJob? displaced;
        lock (_lock)
        {
            var reason = FindReasonAgainst(job.Client, out displaced);
            if (reason is not null && job.Client.IsKnown)
            {
                // An attacker is known to accounts of their own, from any number of networks. Whoever is known is not worse off for it.
                job.Client = job.Client with { IsKnown = false };
                reason = FindReasonAgainst(job.Client, out displaced);
            }

            if (reason is not null)
                throw Reject(reason, job.Client);

            if (displaced is not null)
                metrics.ChangeHashQueue(-1);

            _jobs.Add(job);
            metrics.ChangeHashQueue(+1);
            Monitor.Pulse(_lock);
        }

        displaced?.Started.SetException(Reject("displaced", displaced.Client));
    }

    /// <summary>Removes a job that waits. Returns <see langword="false"/> if a worker has already taken it, or another
    /// job has taken its place.</summary>
    public bool TryWithdraw(HashingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        lock (_lock)
        {
            if (job.Node.List is null)
                return false;

            _jobs.Remove(job);
            metrics.ChangeHashQueue(-1);
            return true;
        }
    }

    /// <summary>Waits for a job and takes it. Returns <see langword="null"/> once the queue is stopped and empty.</summary>
    public HashingJob? Take()
    {
        lock (_lock)
        {
            while (true)
            {
                if (_jobs.Take() is { } job)
                {
                    metrics.ChangeHashQueue(-1);
                    _running++;
                    return job;
                }

                if (_isStopping)
                    return null;

                Monitor.Wait(_lock);
            }
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
    public BusyException Reject(string reason, HashingClient client)
    {
        metrics.CountHashRejection(reason);
        return new BusyException(EstimateWait(client));
    }

    /// <summary>Returns why a job of a client cannot be added, or <see langword="null"/>.</summary>
    /// <param name="displaced">The job whose place it takes, removed from the queue.</param>
    private string? FindReasonAgainst(HashingClient client, out HashingJob? displaced)
    {
        displaced = null;
        if (_running + _jobs.Count >= options.Workers && EstimateWait(client) > options.WaitLimit)
            return "expected_wait";

        if (_running + _jobs.Count < options.Workers + options.QueueLimit)
            return null;

        displaced = _jobs.MakeRoom(client);
        return displaced is null ? "queue_full" : null;
    }

    /// <summary>Estimates how long a job of a client that is enqueued now would wait, from the durations of the last
    /// hashes.</summary>
    private TimeSpan EstimateWait(HashingClient client)
    {
        lock (_lock)
            return _averageDuration * (_jobs.CountBefore(client) + 1) / options.Workers;
    }
}
