namespace Btec.Api.Platform.Jobs;

/// <summary>Raises the minimum size of the thread pool while a server that does not answer holds its threads.</summary>
/// <remarks>To cancel a command that timed out, Npgsql blocks a thread for seconds. If PostgreSQL hangs, that happens on all
/// connections at once. While sentinels elect another primary of Redis, its client blocks a thread for each of them. By itself the thread
/// pool then adds one or two threads a second, and every request waits. A permanently
/// higher minimum would cost a third of the processor time of each request: 221 to 293 µs with 24 threads against 131 to 204 µs
/// with two (measured on two cores, in turns).</remarks>
internal sealed partial class ThreadPoolStarvationGuard(IEnumerable<IBlockingCalls> calls, ILogger<ThreadPoolStarvationGuard> logger)
    : IHostedService
{
    /// <summary>The raised minimum: a thread for each of the 20 connections of one process, and some for requests that need
    /// none.</summary>
    private const int RaisedMinimum = 32;

    /// <summary>The number of samples in a row that must show starvation. A single one can be due to busy cores.</summary>
    private const int RequiredSamples = 2;

    /// <summary>The interval between two samples of the thread pool.</summary>
    private static readonly TimeSpan SamplingInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>The time for which the minimum stays raised after the last sample that showed starvation.</summary>
    private static readonly TimeSpan RaisedFor = TimeSpan.FromSeconds(15);

    private readonly IBlockingCalls[] _calls = [.. calls];
    private volatile bool _isStopping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A dedicated thread, because the thread pool cannot watch itself.
        new Thread(Watch) { Name = "Thread pool guard", IsBackground = true }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        return Task.CompletedTask;
    }

    private void Watch()
    {
        ThreadPool.GetMinThreads(out var minimum, out var ports);
        var (completed, starving, raisedUntil) = (-1L, 0, 0L);
        while (!_isStopping)
        {
            Thread.Sleep(SamplingInterval);
            var completedNow = ThreadPool.CompletedWorkItemCount;
            var isStarving = completedNow == completed && ThreadPool.PendingWorkItemCount > 0 && Array.Exists(_calls, call => call.AreStalled);
            starving = isStarving ? starving + 1 : 0;
            completed = completedNow;
            if (starving >= RequiredSamples)
            {
                if (raisedUntil == 0)
                {
                    ThreadPool.SetMinThreads(Math.Max(minimum, RaisedMinimum), ports);
                    LogRaised(RaisedMinimum);
                }

                raisedUntil = Environment.TickCount64 + (long)RaisedFor.TotalMilliseconds;
            }
            else if (raisedUntil != 0 && Environment.TickCount64 > raisedUntil)
            {
                ThreadPool.SetMinThreads(minimum, ports);
                raisedUntil = 0;
            }
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "PostgreSQL or Redis does not answer, and what waits for it holds all threads. Check them. "
        + "Until they answer, the thread pool uses up to {Threads} threads.")]
    private partial void LogRaised(int threads);
}
