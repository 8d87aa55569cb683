namespace Btec.Api.Platform.Jobs;

/// <summary>Lends the thread pool threads while its own are held. To give up on a statement Npgsql holds a thread, for seconds where
/// PostgreSQL hangs, and does so for a whole pool of connections at once; by itself the thread pool then adds one or two threads a
/// second, and everybody waits. A higher minimum for good costs a third of the processor time of each request.</summary>
public sealed partial class ThreadPoolStarvationGuard(ILogger<ThreadPoolStarvationGuard> logger) : IHostedService
{
    /// <summary>As many as one process has connections to the database, and some for whoever has none.</summary>
    private const int Threads = 32;

    /// <summary>Of one look at the thread pool.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks in a row with work items that wait, none done since the one before, and little computed: the threads are held. One
    /// such look may mean no more than that others have the cores.</summary>
    private const int Looks = 2;

    /// <summary>More than this part of all cores is busy with something, as with compiling after the start.</summary>
    private const double Busy = 0.5;

    /// <summary>After the last time that threads were held.</summary>
    private static readonly TimeSpan LendFor = TimeSpan.FromSeconds(15);

    private volatile bool _isStopping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A thread of its own: the thread pool could not watch itself.
        new Thread(Watch) { Name = "Thread reserve", IsBackground = true }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        return Task.CompletedTask;
    }

    private void Watch()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        var (done, computed, idle, lentUntil) = (-1L, TimeSpan.Zero, 0, 0L);
        while (!_isStopping)
        {
            Thread.Sleep(Period);
            var doneNow = ThreadPool.CompletedWorkItemCount;
            var computedNow = Environment.CpuUsage.TotalTime;
            var isBusy = computedNow - computed > Period * Busy * Environment.ProcessorCount;
            idle = doneNow == done && !isBusy && ThreadPool.PendingWorkItemCount > 0 ? idle + 1 : 0;
            if (idle >= Looks)
            {
                if (lentUntil == 0)
                {
                    ThreadPool.SetMinThreads(Math.Max(workers, Threads), ports);
                    LogLent(Threads);
                }

                lentUntil = Environment.TickCount64 + (long)LendFor.TotalMilliseconds;
            }
            else if (lentUntil != 0 && Environment.TickCount64 > lentUntil)
            {
                ThreadPool.SetMinThreads(workers, ports);
                lentUntil = 0;
            }

            (done, computed) = (doneNow, computedNow);
        }
    }

    [LoggerMessage(LogLevel.Warning, "All threads are held, probably by a database that hangs: up to {Threads} are used for a while.")]
    private partial void LogLent(int threads);
}
