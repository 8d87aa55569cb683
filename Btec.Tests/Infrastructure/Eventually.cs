using System.Diagnostics;

namespace Btec.Tests.Infrastructure;

/// <summary>Waits for what another process does.</summary>
public static class Eventually
{
    /// <summary>Beyond this it does not happen: on a busy machine the slowest of these takes a tenth of it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
                throw new TimeoutException($"Not in {Limit.TotalSeconds} s: {what}.");

            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
