using Btec.Api.Platform.Passwords;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Infrastructure;

/// <summary>An API's only worker, kept busy until the test releases it.</summary>
internal sealed class HeldWorker : IDisposable
{
    private readonly HashingWorkers _workers;
    private readonly ManualResetEventSlim _end = new();
    private readonly Task _work;

    private HeldWorker(HashingWorkers workers, TaskCompletionSource begun)
    {
        _workers = workers;
        _work = workers.RunAsync(
            "verify",
            () =>
            {
                begun.SetResult();
                _end.Wait(CancellationToken.None);
                return true;
            },
            CancellationToken.None);
    }

    public static async Task<HeldWorker> TakeAsync(BtecApi api)
    {
        ArgumentNullException.ThrowIfNull(api);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new HeldWorker(api.Services.GetRequiredService<HashingWorkers>(), begun);
        await begun.Task;
        return held;
    }

    /// <summary>Waits until this many hashes wait for the worker.</summary>
    public Task WaitUntilWaitingAsync(int count) => Eventually.IsTrueAsync(
        () => Task.FromResult(_workers.WaitingCount == count), $"{count} hashes wait, not {_workers.WaitingCount}");

    public void Release() => _end.Set();

    public void Dispose()
    {
        _end.Set();
        _work.GetAwaiter().GetResult();
        _end.Dispose();
    }
}
