using System.Diagnostics;

namespace Btec.Tests.Infrastructure;

/// <summary>Polls for conditions that another process or thread brings about.</summary>
public static class Eventually
{
    /// <summary>The longest wait. On a busy machine the slowest condition takes a tenth of it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
                throw new TimeoutException($"Not within {Limit.TotalSeconds} s: {what}.");

            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
