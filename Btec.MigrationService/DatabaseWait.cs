using Btec.Data;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>Retries a step, with growing pauses, while the database is unavailable.</summary>
internal sealed partial class DatabaseWait(IOptions<MigrationOptions> options, TimeProvider clock, ILogger<DatabaseWait> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause, and thus the delay until a database that has come back is noticed.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Runs the step until it succeeds, fails for another reason, or <c>Migrations:WaitForDatabase</c> has
    /// passed.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> step, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            try
            {
                return await step();
            }
            catch (Exception exception) when (
                DatabaseFaults.IsOutage(exception) && !DatabaseFaults.IsUnreadableFile(exception)
                && clock.GetElapsedTime(started) + pause < options.Value.WaitForDatabase)
            {
                LogWaiting(exception.GetBaseException().Message, pause.TotalSeconds);
                await Task.Delay(pause, clock, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Waiting for the database ({Reason}). The next attempt is in {Seconds} s.")]
    private partial void LogWaiting(string reason, double seconds);
}
