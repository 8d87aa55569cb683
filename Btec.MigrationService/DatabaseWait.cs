using Btec.Data;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>Tries a step again, with growing pauses, for as long as the database is away.</summary>
internal sealed partial class DatabaseWait(IOptions<MigrationOptions> options, TimeProvider clock, ILogger<DatabaseWait> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>A database that comes back is noticed within this time.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Runs the step until it succeeds, fails for another reason, or <c>Migrations:WaitForDatabase</c> is over.</summary>
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

    [LoggerMessage(LogLevel.Information, "Waiting for the database ({Reason}); trying again in {Seconds} s.")]
    private partial void LogWaiting(string reason, double seconds);
}
