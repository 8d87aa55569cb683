namespace Btec.Api.Platform.Jobs;

/// <summary>A run of an operation that all callers at a time share, with its result or its failure.</summary>
/// <remarks>None waits for more than one run. Under a lock, each would wait for the runs of all before it, and while a database hangs,
/// every one of them takes seconds.</remarks>
internal sealed class SharedRun<T>
{
    private readonly Lock _lock = new();
    private Task<T>? _running;

    /// <summary>Waits for the current run, or starts one. It goes on if a caller stops waiting.</summary>
    public Task<T> JoinAsync(Func<Task<T>> run, CancellationToken cancellationToken)
    {
        Task<T> running;
        lock (_lock)
        {
            if (_running is null or { IsCompleted: true })
                _running = Task.Run(run, CancellationToken.None);

            running = _running;
        }

        return running.WaitAsync(cancellationToken);
    }
}
